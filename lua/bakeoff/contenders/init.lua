--- The contenders, one file each beside this one. All offer the same interface:
--
--    name               as in the registry (model/contender.lua), which has all other facts that the rest of
--                       bakeoff needs
--    declarative_only   true: it runs urls with process, but no task
--    copies_function    true: each worker gets a copy of the function, which must be encodable
--    copies_process     true: the same, but only for `process`
--    sends_items        true: it sends items to its workers in messages
--    records_no_jobs    true: it can't tell one job from another
--    setup(jobs, workers, experiment, options) → state, or nil, message   until all workers are ready
--    work(state) → true, or nil, message                                           runs all jobs
--    teardown(state)                                                               releases everything
--
-- and, in the bench's process, around the trial:
--
--    before(experiment, planned) → context   optional: the bench runs the programs in the list
--                                            context.before and then context.program instead of the
--                                            three steps
--    after(experiment, context, row)         optional: completes the trial's row
--
-- `experiment` has been checked (urls and process, or items, task and shared); `options` are the fields of
-- the entry that belong to the contender (gil, offload, …). The three steps run in the trial's own process. A
-- new contender is a new file here and an entry in model/contender.lua.

local checks = require "bakeoff.base.checks"
local contender_type = require "bakeoff.model.contender"

local contenders = {}

--- The contender called `name`; `argument` names where the user wrote it.
function contenders.get(name, argument)
   return require("bakeoff.contenders." .. checks.one_of(name, contender_type.NAMES, argument))
end

return contenders
