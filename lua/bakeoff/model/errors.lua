--- Errors of trials and cells: failed and lost jobs, and failed trials. A contender that skips work by
-- failing is fast, so whoever ranks cells must know whose errors differ.

local cell_type = require "bakeoff.model.cell"

local errors = {}

--- Failed and lost jobs of a trial; a job whose end nobody recorded is lost. nil for a successful trial that
-- has no record of its jobs.
function errors.of_trial(trial)
   local jobs = trial.jobs
   if type(jobs) ~= "table" then
      return trial.status ~= "ok" and 0 or nil
   end
   local failed, lost = jobs.failed or 0, jobs.lost or 0
   local unaccounted = (jobs.submitted or 0) - (jobs.done or 0) - failed - (jobs.dropped or 0)
   return failed + math.max(lost, unaccounted)
end

--- The share of failed and lost jobs in a cell's successful trials, which its medians come from; 0 if they
-- have no record of jobs.
function errors.share(cell)
   local all, failed = 0, 0
   for _, trial in ipairs(cell_type.good(cell)) do
      local submitted = type(trial.jobs) == "table" and trial.jobs.submitted or 0
      all, failed = all + submitted, failed + (submitted > 0 and errors.of_trial(trial) or 0)
   end
   return all > 0 and failed / all or 0
end

local function share_of_trials(cell)
   return #cell.trials > 0 and cell_type.failed(cell) / #cell.trials or 0
end

--- What failed in a cell: { jobs = share of its jobs, or nil, failed, trials = how many of how many trials
-- failed, or nil }; nil if nothing did.
function errors.of_cell(cell)
   local share, failed = errors.share(cell), cell_type.failed(cell)
   if share == 0 and failed == 0 then
      return nil
   end
   return { jobs = share > 0 and share or nil, failed = failed > 0 and failed or nil,
      trials = failed > 0 and #cell.trials or nil }
end

-- Does another of the cells have another share?
local function is_apart(cells, share_of, share)
   for _, other in ipairs(cells) do
      if share_of(other) ~= share then
         return true
      end
   end
   return false
end

--- The errors of a cell, if another of `cells` has another share of them: { jobs = share of its jobs, or nil,
-- failed, trials = how many of how many trials failed, or nil }; nil if there are none, or all cells have the
-- same.
function errors.apart(cells, cell)
   local share, of_trials, found = errors.share(cell), share_of_trials(cell), {}
   if share > 0 and is_apart(cells, errors.share, share) then
      found.jobs = share
   end
   if of_trials > 0 and of_trials < 1 and is_apart(cells, share_of_trials, of_trials) then
      found.failed, found.trials = cell_type.failed(cell), #cell.trials
   end
   return next(found) and found or nil
end

return errors
