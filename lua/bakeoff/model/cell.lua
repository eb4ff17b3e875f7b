--- A cell: one contender at one worker count, with its trials. Everything here takes a plain table:
--
--    contender, label, workers    which cell it is; the default label is the contender's name
--    trials                       its rows of trials.jsonl, in the order they ran; a planned cell has none
--    untold                       true: a program that isn't told how many workers to use
--    fixed                        true: the script gives this contender a worker count of its own
--    model                        the model a program follows, where its entry names one
--    parameters                   what `bakeoff exec --scan` ran it with: { { name, text } … }
--    gil                          true: its threads share one interpreter lock
--    rate                         jobs per second, where it starts jobs at a fixed rate (an open loop)
--    name                         its name on charts and in tables, once made by cell.new
--    called                       that name, where values tell more than the label (parameters.name_cells)

local contender_type = require "bakeoff.model.contender"
local numbers = require "bakeoff.base.numbers"

local cell = {}

-- --- which cell it is -----------------------------------------------------------------------------

--- The cell of a contender's trials. planned: the manifest's entry, or nil for a cell that is not in it.
function cell.new(contender, label, workers, planned)
   local self = { contender = contender, label = label, workers = math.tointeger(workers), trials = {} }
   if planned then
      local options = planned.options or {}
      self.untold, self.fixed, self.model = planned.untold, planned.fixed, options.model
      self.reference = planned.reference or nil
      self.rate = type(options.rate) == "number" and options.rate or nil
      self.gil = options.gil == true or nil
      self.parameters = type(options.parameters) == "table" and options.parameters or nil
   end
   self.name = cell.name_of(self)
   return self
end

local function digits(number) return type(number) == "number" and ("%d"):format(number) or number end

--- The key that tells a cell from the others of its experiment. workers: a number, or the text of a CSV
-- field.
function cell.key(label, workers) return ("%s\0%s"):format(label, digits(workers)) end

--- The key that tells a trial from the others of its experiment. number: its repeat.
function cell.trial_key(label, workers, number) return cell.key(label, workers) .. "\0" .. digits(number) end

--- The same key, taken from a trial's row.
function cell.key_of_trial(row) return cell.trial_key(row.label, row.workers, row["repeat"]) end

-- --- its names ------------------------------------------------------------------------------------

--- Is it another program, and none of our own contenders?
function cell.is_program(one) return contender_type.of(one.contender).is_program or false end

--- The model a cell belongs to: one of contender.MODELS. A program's entry may name it; otherwise it is
-- guessed from the label.
function cell.model_of(one)
   if contender_type.of(one.model).look then
      return one.model
   end
   return contender_type.is_model(one.contender) and one.contender or contender_type.guessed(one.label)
end

-- The part that follows the contender's name in a default label: "", " at 500/s", " (closed loop)"; nil for a
-- label the user chose.
local function usual_end(one)
   local contender = one.contender
   local rest = one.label:sub(1, #contender) == contender and one.label:sub(#contender + 1)
   return rest and (rest == "" or rest:find("^ at [%d.]+/%a+$") or rest == " (closed loop)") and rest or nil
end

--- "event loop" for the contender `eventloop`, "event loop at 500/s"; a label the user chose stays as it is.
function cell.name_of(one)
   if one.called or one.name or not one.contender then
      return one.called or one.name or one.label
   end
   local words, rest = contender_type.of(one.contender).words, usual_end(one)
   return words and rest and words .. rest or one.label
end

--- The contender as the subject of a sentence, and whether it takes a plural verb.
function cell.subject(one)
   if one.called then
      return one.called, false
   end
   local facts, rest = contender_type.of(one.contender), usual_end(one)
   local name = facts.subject or facts.words
   return name and rest and name .. rest or one.label, facts.plural or false
end

--- "threads with 4 workers". who: what to call it (default: its name).
function cell.with_workers(one, who)
   return ("%s with %s"):format(who or cell.name_of(one), numbers.plural(one.workers, "worker"))
end

--- The same, but only the name of a program whose worker count is unknown.
function cell.described(one) return one.untold and cell.name_of(one) or cell.with_workers(one) end

--- "threads × 4". who: what to call it, such as its label, which scripts call it by (default: its name).
function cell.counted(one, who) return ("%s × %d"):format(who or cell.name_of(one), one.workers) end

--- The same, but only the name of a program whose worker count is unknown.
function cell.short(one) return one.untold and cell.name_of(one) or cell.counted(one) end

-- --- its trials -----------------------------------------------------------------------------------

--- The successful trials, in the order they ran. Only these give figures.
function cell.good(one)
   local good = {}
   for _, trial in ipairs(one.trials) do
      if trial.status == "ok" then
         good[#good + 1] = trial
      end
   end
   return good
end

--- How many of its trials failed.
function cell.failed(one) return #one.trials - #cell.good(one) end

--- The values of read(trial) over the successful trials, in the order they ran; nil values are left out.
function cell.values(one, read)
   local values = {}
   for _, trial in ipairs(cell.good(one)) do
      values[#values + 1] = read(trial)
   end
   return values
end

--- block → read(trial) over the successful trials: for pairing within one run.
function cell.by_block(one, read)
   local values = {}
   for _, trial in ipairs(cell.good(one)) do
      values[math.tointeger(trial.block or trial["repeat"])] = read(trial)
   end
   return values
end

return cell
