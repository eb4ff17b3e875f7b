--- Cores in use. Two figures, each defined here and nowhere else; every chart, table and sentence names the
-- span that its figure covers (wording/cores.lua).
--
--    from start to end   CPU time of the whole process tree, divided by the time from the start of the trial
--                        until all its processes have been reaped
--    while working       CPU time of the workers during the work, divided by the length of the work

local cores_in_use = {}

--- The summary { median, low, high } of a cell's cores in use from start to end; nil if no trial has them.
function cores_in_use.from_start_to_end(results, cell) return results:summary_of(cell).cores_used end

--- The summary of the cores that all workers of a cell kept busy while they worked; nil if no trial has them.
function cores_in_use.while_working(results, cell) return results:summary_of(cell).worker_cores end

--- How many cores the trials of a run could use; nil if the manifest doesn't say.
function cores_in_use.available(results)
   local environment = results.manifest.environment
   local cpu = type(environment) == "table" and environment.cpu
   local count = type(cpu) == "table" and (cpu.cores_allowed or cpu.cores_online or cpu.cores)
   return type(count) == "number" and count > 0 and count or nil
end

return cores_in_use
