--- Was it the same work under the same conditions? Reads the rows and says in plain sentences where not.
-- Run after every experiment; its sentences stand in the terminal's output, report.md and summary.json.

local numbers = require "bakeoff.base.numbers"

local fairness = {}

local MOST_NAMED = 4
local CONNECTIONS_APART = 1.1 -- one connection more in a hundred is chance, one in ten is a policy

local function name_of(cell)
   if cell.untold then
      return cell.name or cell.label
   end
   return ("%s with %s"):format(cell.name or cell.label, numbers.plural(cell.workers, "worker"))
end

-- "a; b; c; d and 3 more cells"
local function join(parts)
   if #parts <= MOST_NAMED then
      return table.concat(parts, "; ")
   end
   local named = table.concat(parts, "; ", 1, MOST_NAMED)
   return ("%s; and %s more"):format(named, numbers.plural(#parts - MOST_NAMED, "cell"))
end

local function sentence(parts, start)
   return #parts > 0 and start .. ": " .. join(parts) or nil
end

local function good(cell)
   local list = {}
   for _, trial in ipairs(cell.trials) do
      if trial.status == "ok" then
         list[#list + 1] = trial
      end
   end
   return list
end

-- Smallest and largest value of read(trial) over a cell's good trials; nil when none has one.
local function range(cell, read)
   local low, high
   for _, trial in ipairs(good(cell)) do
      local value = read(trial)
      if value then
         low, high = math.min(low or value, value), math.max(high or value, value)
      end
   end
   return low, high
end

local function count(value) return numbers.plain(value):gsub("%.%d+$", "") end

local function range_text(low, high)
   return low == high and count(low) or ("%s to %s"):format(count(low), count(high))
end

local function jobs(name)
   return function(trial) return trial.jobs and trial.jobs[name] end
end

local function server_errors(trial) return trial.server and trial.server.errors end

local function failed_trials(cells)
   local parts = {}
   for _, cell in ipairs(cells) do
      local bad, reason = 0, nil
      for _, trial in ipairs(cell.trials) do
         if trial.status ~= "ok" then
            bad, reason = bad + 1, reason or trial.reason or trial.status
         end
      end
      if bad > 0 then
         table.insert(parts, ("%s, %d of %d (%s)"):format(name_of(cell), bad, #cell.trials, reason))
      end
   end
   return sentence(parts, "Trials that failed or ran out of time, and so count in no median")
end

local function bad_jobs(cells)
   local parts = {}
   for _, cell in ipairs(cells) do
      local failed, lost, submitted = 0, 0, 0
      for _, trial in ipairs(cell.trials) do
         local j = trial.jobs or {}
         failed, lost = failed + (j.failed or 0), lost + (j.lost or 0)
         submitted = submitted + (j.submitted or 0)
      end
      if failed + lost > 0 then
         table.insert(parts, ("%s, %s failed and %s lost of %s"):format(name_of(cell), count(failed),
            count(lost), count(submitted)))
      end
   end
   return sentence(parts, "Jobs that failed or were lost")
end

-- block → list of { cell =, value = }. Each block is compared for itself: a server that answers some
-- requests with errors does so by draws that are the same for all cells of a block, and others in the next.
local function by_block(cells, read)
   local blocks = {}
   for _, cell in ipairs(cells) do
      for index, trial in ipairs(cell.trials) do
         local value = trial.status == "ok" and read(trial)
         if value then
            local block = trial.block or trial["repeat"] or index
            blocks[block] = blocks[block] or {}
            table.insert(blocks[block], { cell = cell, value = value })
         end
      end
   end
   return blocks
end

-- The value that most cells agree on; on a draw the first cell's.
local function usual(entries)
   local votes, best = {}, nil
   for _, entry in ipairs(entries) do
      votes[entry.value] = (votes[entry.value] or 0) + 1
      if not best or votes[entry.value] > votes[best] then
         best = entry.value
      end
   end
   return best
end

-- Cells that in some block differ from most of it, as a set; the smallest and largest usual value.
local function odd_cells(cells, read)
   local odd, low, high = {}, nil, nil
   for _, entries in pairs(by_block(cells, read)) do
      local common = usual(entries)
      low, high = math.min(low or common, common), math.max(high or common, common)
      for _, entry in ipairs(entries) do
         odd[entry.cell] = odd[entry.cell] or entry.value ~= common
      end
   end
   return odd, low, high
end

local function unequal(cells, read, start, unit)
   local odd, common_low, common_high = odd_cells(cells, read)
   local parts = {}
   for _, cell in ipairs(cells) do
      if odd[cell] then
         local low, high = range(cell, read)
         table.insert(parts, ("%s, %s"):format(name_of(cell), range_text(low, high)))
      end
   end
   local rest = common_low and (" (%s %s in the others)"):format(range_text(common_low, common_high), unit)
   return sentence(parts, start .. (rest or ""))
end

-- Jobs on a loop are in flight together only where they wait: those that compute alone never are.
local function only_computes(cell, high, is_task)
   return is_task and high == 1 and (cell.contender == "coroutines" or cell.contender == "hybrid")
end

local function in_flight(cells, items, is_task)
   local under, over = {}, {}
   for _, cell in ipairs(cells) do
      local low, high = range(cell, function(trial) return trial.in_flight_peak end)
      if low and high > cell.workers then
         table.insert(over, ("%s, up to %s"):format(name_of(cell), count(high)))
      elseif low and items >= cell.workers and low < cell.workers
         and not only_computes(cell, high, is_task) then
         table.insert(under, ("%s, %s"):format(name_of(cell), range_text(low, high)))
      end
   end
   return sentence(under, "Fewer jobs in flight at the peak than workers"),
      sentence(over, "More jobs in flight than workers")
end

-- The good trial furthest from a request per job; `beyond(requests, submitted)` says how far, in the
-- direction that counts. → requests, submitted jobs; or nil.
local function furthest(cell, beyond)
   local most, requests_then, submitted_then = 0, nil, nil
   for _, trial in ipairs(good(cell)) do
      local requests, submitted = trial.server and trial.server.requests, (trial.jobs or {}).submitted
      if requests and submitted and beyond(requests, submitted) > most then
         most, requests_then, submitted_then = beyond(requests, submitted), requests, submitted
      end
   end
   return requests_then, submitted_then
end

local function requests_per_job(cells, title, beyond)
   local parts = {}
   for _, cell in ipairs(cells) do
      local requests, submitted = furthest(cell, beyond)
      if requests then
         table.insert(parts, ("%s, %s for %s"):format(name_of(cell), numbers.plural(requests, "request"),
            numbers.plural(submitted, "job")))
      end
   end
   return sentence(parts, title)
end

local function hidden_requests(cells)
   return requests_per_job(cells,
      "The server saw more requests than the client had jobs (retries or redirects)",
      function(requests, submitted) return requests - submitted end)
end

-- How much a program did only the server knows.
local function missing_requests(cells)
   local programs = {}
   for _, cell in ipairs(cells) do
      programs[#programs + 1] = cell.contender == "command" and cell or nil
   end
   return requests_per_job(programs, "The server saw fewer requests than there were jobs",
      function(requests, submitted) return submitted - requests end)
end

local function left_behind(cells)
   local parts = {}
   for _, cell in ipairs(cells) do
      local most = 0
      for _, trial in ipairs(cell.trials) do
         local ended = cell.contender == "command" and trial.status ~= "timeout"
         most = math.max(most, ended and trial.left_behind or 0)
      end
      if most > 0 then
         table.insert(parts, ("%s, %d"):format(name_of(cell), most))
      end
   end
   return sentence(parts, "Programs left processes behind, which were ended (up to so many in a trial)")
end

local function per_request(trial)
   local submitted = (trial.jobs or {}).submitted
   return trial.connections and submitted and submitted > 0 and trial.connections / submitted or nil
end

local function by_workers(cells)
   local groups, order = {}, {}
   for _, cell in ipairs(cells) do
      if not groups[cell.workers] and not cell.untold then
         groups[cell.workers] = {}
         order[#order + 1] = cell.workers
      end
      if not cell.untold then
         table.insert(groups[cell.workers], cell)
      end
   end
   table.sort(order)
   return groups, order
end

local function connections(cells, unit)
   local parts = {}
   local groups, order = by_workers(cells)
   for _, workers in ipairs(order) do
      local least, most, least_cell, most_cell
      for _, cell in ipairs(groups[workers]) do
         local low, high = range(cell, per_request)
         if low and (not least or low < least) then
            least, least_cell = low, cell
         end
         if high and (not most or high > most) then
            most, most_cell = high, cell
         end
      end
      if least and most > least * CONNECTIONS_APART and least_cell ~= most_cell then
         table.insert(parts, ("at %s from %s (%s) to %s (%s)"):format(numbers.plural(workers, "worker"),
            numbers.plain(least), least_cell.name or least_cell.label, numbers.plain(most),
            most_cell.name or most_cell.label))
      end
   end
   return sentence(parts, ("Connections per %s differ"):format(unit))
end

--- List of plain sentences, empty when nothing was found. cells: { {label, name, workers, trials}, … };
-- items: how many there were; form: "task" where a job is whatever the script says, so that how many
-- requests it makes isn't known.
function fairness.audit(cells, items, form)
   local found, is_task = {}, form == "task"
   local under, over = in_flight(cells, items or 0, is_task)
   local checks = {
      failed_trials(cells) or false,
      bad_jobs(cells) or false,
      unequal(cells, jobs("done"), "Jobs done per trial differ", "jobs") or false,
      unequal(cells, function(trial) return trial.bytes end, "Bytes per trial differ", "bytes") or false,
      not is_task and unequal(cells, server_errors, "Error answers of the server per trial differ", "answers")
         or false,
      under or false, over or false,
      not is_task and hidden_requests(cells) or false,
      not is_task and missing_requests(cells) or false,
      left_behind(cells) or false,
      connections(cells, is_task and "job" or "request") or false,
   }
   for _, text in ipairs(checks) do
      if text then
         found[#found + 1] = text .. "."
      end
   end
   return found
end

return fairness
