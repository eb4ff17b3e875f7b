--- Runs gnuplot: without a shell, with a time limit, one process for many charts. A chart that fails doesn't
-- affect the others: gnuplot continues with the next one, and if the process itself ends, another continues.

local core = require "bakeoff.core"
local numbers = require "bakeoff.base.numbers"

local gnuplot = {}

local TIME_LIMIT_S, AGAIN_S, FURTHER_S = 60, 5, 5 -- for the first chart, and for each further one
local LEAST_S = 0.001 -- 0 would be no limit

local has_hung = false -- in its last use

local BEGUN, DRAWN = "#begun ", "#drawn " -- on standard error, before and after a chart

local function first_line(text)
   for line in text:gmatch("[^\n]+") do
      if line:find("%S") and not line:find("^%s*%^") and not line:find("^#") then
         return (line:gsub("^%s+", ""))
      end
   end
   return "no reason given"
end

local function last_error(text)
   local found
   for line in text:gmatch("[^\n]+") do
      if line:find("line %d+:") then
         found = line:gsub("^%s+", ""):gsub('^"[^"]*" ', "")
      end
   end
   return found or first_line(text)
end

-- Pictures for LaTeX have different texts, so they need their own pass.
local function passes_of(formats)
   local plain, passes = {}, {}
   for _, name in ipairs(formats) do
      table.insert(name == "tikz" and passes or plain, name)
   end
   if #plain > 0 then
      table.insert(passes, 1, table.concat(plain, " "))
   end
   return passes
end

-- Names are our own: letters, digits and underscores. outputs.gp, the end of every chart, sets `finished`.
local function commands_for(chart, passes)
   local lines = { ("print '%s%s'"):format(BEGUN, chart) }
   for place, formats in ipairs(passes) do
      lines[#lines + 1] = "reset session"
      lines[#lines + 1] = ("formats = '%s'"):format(formats)
      lines[#lines + 1] = ("load '%s.gp'"):format(chart)
      lines[#lines + 1] = ("if (exists('finished')) print '%s%d %s'"):format(DRAWN, place, chart)
   end
   return table.concat(lines, "\n")
end

--- Runs core.command for gnuplot, which is killed when this process dies; nil, a line, "gnuplot" if it can't
-- be started.
function gnuplot.run(input, folder, timeout)
   local result, message, code = core.command {
      argv = { "gnuplot", "-d", "-" }, cwd = folder, timeout = timeout, input = input, dies_with_us = true }
   if not result then
      if code == "not_found" then
         message = "gnuplot is not installed (apt-get install gnuplot-nox)"
      end
      return nil, message, "gnuplot"
   end
   return result
end

-- gnuplot's outcome for one chart: true if all passes were drawn, else a line; nil if it wasn't reached.
local function outcome_of(result, chart, passes, limit)
   local _, from = result.stderr:find(BEGUN .. chart .. "\n", 1, true)
   if not from then
      return nil
   end
   local said = result.stderr:sub(from + 1)
   said = said:sub(1, (said:find(BEGUN, 1, true) or #said + 1) - 1)
   for place = 1, #passes do
      if not said:find(("%s%d %s\n"):format(DRAWN, place, chart), 1, true) then
         return result.timed_out and limit.reason or "gnuplot failed: " .. last_error(said)
      end
   end
   return true
end

-- Draws charts from index `first` on, as far as one process gets; returns the index after the last one begun.
local function go(folder, names, first, passes, outcome, limit)
   local input = {}
   for index = first, #names do
      input[#input + 1] = commands_for(names[index], passes)
   end
   local result, message, kind = gnuplot.run(table.concat(input, "\n") .. "\n", folder,
      math.max(limit.until_s - core.now(), LEAST_S))
   if not result then
      return nil, message, kind
   end
   limit.is_over = result.timed_out
   for index = first, #names do
      local said = outcome_of(result, names[index], passes, limit)
      if said == nil and (index > first or result.timed_out) then
         return index
      end
      outcome[names[index]] = said or "gnuplot failed: " .. last_error(result.stderr)
   end
   return #names + 1
end

-- A gnuplot that hung once will hang again: from then on, it gets less time.
local function limit_of(count, given)
   local seconds = given or (has_hung and AGAIN_S or TIME_LIMIT_S + FURTHER_S * (count - 1))
   return { until_s = core.now() + seconds,
      reason = ("gnuplot did not end within %s, the time limit for %s"):format(
         numbers.format(seconds, "time"), numbers.plural(count, "chart")) }
end

--- Draws the charts NAME.gp of a folder. All of them together have one time limit, which grows with their
-- number, unless it is given in seconds. Returns name → true, or a line on what went wrong; or nil, message,
-- "gnuplot" if gnuplot can't be started.
function gnuplot.draw(folder, names, formats, limit_s)
   local outcome, passes, limit = {}, passes_of(formats), limit_of(#names, limit_s)
   local at = 1
   while at <= #names and not limit.is_over do
      local behind, message, kind = go(folder, names, at, passes, outcome, limit)
      if not behind then
         return nil, message, kind
      end
      at = behind
   end
   for index = at, #names do
      outcome[names[index]] = limit.reason
   end
   has_hung = limit.is_over
   return outcome
end

return gnuplot
