---@meta _

-- # Probes
-- What experiments measure with, for any process. Sizes in bytes, times in seconds; without a pid they look
-- at this process.

---@class bakeoff
local bake = {}

---Memory of one process.
---@class bakeoff.Memory
---Resident.
---@field rss_bytes integer
---Resident, shared pages divided among those who have them.
---@field pss_bytes integer
---Private.
---@field uss_bytes integer
---Resident less private.
---@field shared_bytes integer

---Memory of a process and its descendants.
---@class bakeoff.TreeMemory
---Private pages of all and the largest shared part: the tree as if it were alone.
---@field footprint_bytes integer
---Of all, added up.
---@field rss_bytes integer
---Of all, added up.
---@field pss_bytes integer
---Of all, added up.
---@field uss_bytes integer
---How many there are.
---@field processes integer
---What reading it took.
---@field probe_s number

---CPU time of one process.
---@class bakeoff.Cpu
---In the program.
---@field user_s number
---In the kernel.
---@field system_s number
---Both, as the scheduler counts them.
---@field total_s number
---Of its children that it has waited for.
---@field reaped_user_s number
---The same, in the kernel.
---@field reaped_system_s number
---The parent's pid.
---@field parent integer
---How many it has.
---@field threads integer
---Switches of context.
---@field switches bakeoff.Switches

---@class bakeoff.Switches
---It waited for something.
---@field voluntary integer
---The kernel took the CPU away.
---@field involuntary integer

---@class bakeoff.SamplerOptions
---Default: this process.
---@field pid? integer
---Seconds from one sample to the next, from 1e-6. Default: 0.01.
---@field every? number
---Share of the time that it may use, up to 1. Default: 0.01.
---@field budget? number
---`false` leaves out descendants. Default: true.
---@field tree? boolean

---What is not read in a sample is absent.
---@class bakeoff.Sample
---On the clock of `bake.now()`.
---@field time_s number
---CPU time of the tree so far.
---@field cpu_s number
---As it was given to `tick`.
---@field phase integer
---Processes of the tree.
---@field processes? integer
---Of all, added up.
---@field rss_bytes? integer
---Of all, added up.
---@field pss_bytes? integer
---Of all, added up.
---@field uss_bytes? integer
---Of the tree as if it were alone.
---@field footprint_bytes? integer

---The most of each, and what sampling took.
---@class bakeoff.Peaks
---Of the tree as if it were alone.
---@field footprint_peak_bytes? integer
---At the first full sample.
---@field footprint_baseline_bytes? integer
---Of the sum of PSS.
---@field pss_peak_bytes? integer
---Of the sum of USS.
---@field uss_peak_bytes? integer
---Of the sum of RSS.
---@field rss_peak_bytes? integer
---Processes at once.
---@field processes_peak? integer
---How many were taken.
---@field samples? integer
---Time that sampling took.
---@field probe_s number
---CPU time that sampling took.
---@field probe_cpu_s number

---Has no timer of its own: a script calls `tick` from its own loop.
---@class bakeoff.Sampler
local sampler = {}

---Takes a sample when one is due.
---@param phase? integer kept with the sample; default: 0
---@return boolean? was_taken nil when no process lives any more
---@return string? message
---@return bakeoff.Code? code
function sampler:tick(phase) end

---A complete sample now, whatever it costs.
---@param phase? integer default: 0
---@return boolean? was_taken
---@return string? message
---@return bakeoff.Code? code
function sampler:full(phase) end

---How long a script may wait before it calls `tick`.
---@return number seconds until the next tick; 0 when it is due
function sampler:due() end

---The peaks so far; sampling goes on.
---@return bakeoff.Peaks peaks
function sampler:peaks() end

---Ends it.
---@return bakeoff.Sample[] samples in order of time
---@return bakeoff.Peaks peaks
function sampler:stop() end

---Memory of one process.
---@param pid? integer
---@return bakeoff.Memory? memory
---@return string? message
---@return bakeoff.Code? code
function bake.memory(pid) end

---Memory of a process and its descendants.
---@param pid? integer
---@return bakeoff.TreeMemory? memory
---@return string? message
---@return bakeoff.Code? code
function bake.memory_tree(pid) end

---The process and its descendants.
---@param pid? integer
---@return integer[]? pids
---@return string? message
---@return bakeoff.Code? code
function bake.tree(pid) end

---CPU time of one process.
---@param pid? integer
---@return bakeoff.Cpu? cpu
---@return string? message
---@return bakeoff.Code? code
function bake.cpu(pid) end

---Raises for options out of range.
---@param options? bakeoff.SamplerOptions
---@return bakeoff.Sampler? sampler
---@return string? message
---@return bakeoff.Code? code
function bake.sampler(options) end

---The machine, as a run's manifest records it: `bakeoff`, `kernel`, `machine`, `distribution`, `cpu`,
---`memory`, `load`, `pressure`, `steal`, `virtualisation`, `cgroup`, `power`, `limits`, `clock`, `versions`.
---What a system doesn't offer is absent. No host name, no user name, no paths.
---@return table facts
function bake.environment() end
