--- The contenders, one file each beside this one. All offer the same interface:
--
--    name, summary      strings
--    fixed_workers      the only worker count it runs with (sequential: 1), or nil
--    declarative_only   true: it runs urls with process, no task
--    copies_function    true: each worker gets a copy of the function, so it must be able to travel
--    copies_process     true: the same for `process` alone
--    sends_items        true: items go to its workers in messages
--    script_only        true: its name alone says nothing, an entry of the script must say more
--    records_no_jobs    true: it can't tell one job from the other
--    setup(jobs, workers, experiment, options) → state, or nil, message   until all are ready
--    work(state) → true, or nil, message                                           all jobs
--    teardown(state)                                                               everything released
--
-- and, in the bench's process, around the trial:
--
--    before(experiment, planned) → context   optional: then context.program is run in place of the three
--                                            steps, those in the list context.before ahead of it
--    after(experiment, context, row)         optional: completes the trial's row
--
-- `experiment` is the checked one (urls and process, or items, task and shared); `options` what the
-- entry says beside its name (gil, offload, …). The three steps run in the trial's own process. A new
-- model is one new file and a name in NAMES.

local checks = require "bakeoff.base.checks"

local contenders = {}

contenders.NAMES = { "sequential", "threads", "processes", "eventloop", "coroutines", "hybrid", "command" }

--- Who takes part where a script names nobody. hybrid is there for tasks, which say themselves what goes to
-- its pool.
contenders.DEFAULTS = {
   urls = { "sequential", "threads", "processes", "eventloop", "coroutines" },
   task = { "sequential", "threads", "processes", "coroutines", "hybrid" },
}

--- The contender called `name`; `argument` names where the user wrote it.
function contenders.get(name, argument)
   return require("bakeoff.contenders." .. checks.one_of(name, contenders.NAMES, argument))
end

return contenders
