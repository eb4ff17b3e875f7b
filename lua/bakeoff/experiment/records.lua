--- What a manifest records of an experiment, where that differs from the checked value; and how recorded
-- cells are named and compared.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local redact = require "bakeoff.experiment.redact"
local spec_contenders = require "bakeoff.experiment.spec_contenders"
local spec_rate = require "bakeoff.experiment.spec_rate"
local statuses = require "bakeoff.net.statuses"
local text = require "bakeoff.base.text"

local records = {}

--- The job in words: the script's own, or derived from the experiment.
function records.job(experiment)
   if experiment.job then
      return experiment.job
   elseif experiment.form == "command" then
      return "run " .. numbers.plural(#experiment.contenders, "program")
   elseif experiment.form == "task" then
      return "run " .. numbers.plural(experiment.count, "task")
   end
   local acts = { "fetch" }
   acts[#acts + 1] = experiment.process and "process" or nil
   acts[#acts + 1] = experiment.save and "save" or nil
   local last = table.remove(acts)
   local verb = #acts > 0 and table.concat(acts, ", ") .. " and " .. last or last
   return ("%s %s"):format(verb, numbers.plural(experiment.count, "URL"))
end

--- The rule of automatic repeats (auto_repeats.check); nil if there is none.
function records.auto(experiment)
   local rule = experiment.auto
   return rule and { width = rule.width, most = rule.most, least = rule.least, budget_s = rule.budget,
      time_s = rule.time }
end

-- "arrivals as recorded", "arrivals as recorded at 2× speed"
local function as_recorded(experiment)
   local speed = experiment.speed or 1
   return "arrivals as recorded" .. (speed ~= 1 and (" at %s× speed"):format(spec_rate.times(speed)) or "")
end

--- What tells one recording from another: { format =, requests =, left_out =, span_s =, times_sha256 = }; nil
-- if the list has no times.
function records.recorded(experiment)
   local list = experiment.urls or experiment.items
   local times = list and rawget(list, "times")
   if type(times) ~= "table" then
      return nil
   end
   local record = { span_s = times[#times], times_sha256 = redact.times(times) }
   for name, value in pairs(type(list.recorded) == "table" and list.recorded or {}) do
      record[name] = value
   end
   return record
end

--- The conditions under which the jobs run, in words.
function records.conditions(experiment)
   local words = {}
   if experiment.server then
      words[1] = experiment.server:describe()
   end
   if experiment.arrivals == "recorded" then
      words[#words + 1] = as_recorded(experiment)
   elseif experiment.rate then
      local how = experiment.arrivals == "poisson" and "random" or "even"
      words[#words + 1] = ("%s arrivals at %s"):format(how, spec_rate.words(experiment.rate))
   end
   if experiment.session == "per-request" then
      words[#words + 1] = "a session per request"
   end
   if experiment.retries and experiment.retries.times > 0 then
      local times = experiment.retries.times
      words[#words + 1] = times == 1 and "one retry" or ("up to %d retries"):format(times)
   end
   if experiment.expect then
      words[#words + 1] = "expected: " .. statuses.words(experiment.expect)
   end
   if (experiment.request or {}).unix then
      words[#words + 1] = "over a Unix socket"
   end
   if (experiment.request or {}).insecure then
      words[#words + 1] = "certificates not verified"
   end
   return table.concat(words, ", ")
end

--- Does the size of the commands' environment vary? Nil without commands.
function records.shake(experiment)
   for _, entry in ipairs(experiment.contenders) do
      if entry.uses then
         return experiment.shake
      end
   end
   return nil
end

local digests = setmetatable({}, { __mode = "k" }) -- list → digest: a million URLs take many seconds

--- The digest of the URLs; nil if there are none.
function records.urls(experiment)
   local list = experiment.urls
   if list and not digests[list] then
      digests[list] = redact.urls(list)
   end
   return list and digests[list]
end

--- The fields of `request` as the script gave them, without secrets.
function records.request(experiment)
   return redact.request(experiment.request, experiment.settings.script_folder)
end

--- The checks of answers as the script gave them, without secrets; nil if there are none.
function records.check(experiment) return experiment.check and redact.check(experiment.check.given) end

--- The server's options; nil without a server.
function records.server(experiment) return experiment.server and experiment.server.options end

--- The planned cells: { contender =, label =, workers =, untold =, fixed =, options = }.
function records.cells(experiment)
   local cells = {}
   for i, cell in ipairs(experiment.cells) do
      local options = spec_contenders.record(cell.entry, experiment.settings.script_folder)
      cells[i] = { contender = cell.contender, label = cell.label, workers = cell.workers,
         untold = cell.untold, fixed = cell.fixed, reference = cell.reference,
         options = next(options) and options or nil }
   end
   return cells
end

-- " (gil true)"
local function options_in_words(cell)
   local list, options = {}, cell.options or {}
   for _, name in ipairs(text.sorted_keys(options)) do
      list[#list + 1] = name .. " " .. text.of_value(options[name])
   end
   return #list > 0 and (" (%s)"):format(table.concat(list, ", ")) or ""
end

--- Recorded cells in words: "threads × 4 (gil true), eventloop × 4".
function records.cell_names(cells)
   local names = {}
   for i, cell in ipairs(cells) do
      names[i] = cell_type.counted(cell, cell.label) .. options_in_words(cell)
   end
   return table.concat(names, ", ")
end

--- label → options of recorded cells.
function records.options_by_label(cells)
   local found = {}
   for _, cell in ipairs(cells) do
      if type(cell) == "table" then
         found[cell.label or cell.contender or "?"] = cell.options or {}
      end
   end
   return found
end

return records
