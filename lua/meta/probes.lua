---@meta _

-- # Probes
-- What experiments measure with, for use on any process. Sizes are in bytes, times in seconds. Without a pid,
-- these functions look at the calling process.

---@class bakeoff
local bake = {}

---Memory of one process.
---@class bakeoff.Memory
---Resident memory (RSS).
---@field rss_bytes integer
---Resident memory, with shared pages divided among the processes that share them (PSS).
---@field pss_bytes integer
---Private memory (USS).
---@field uss_bytes integer
---Resident memory minus private memory.
---@field shared_bytes integer

---Memory of a process and its descendants.
---@class bakeoff.TreeMemory
---Private pages of all processes plus the largest shared part of any: what the tree would need if it ran
---alone.
---@field footprint_bytes integer
---What it is at most: more than `footprint_bytes` if a process could not be read completely.
---@field footprint_high_bytes integer
---Sum of RSS over all processes.
---@field rss_bytes integer
---Sum of PSS over all processes.
---@field pss_bytes integer
---Sum of USS over all processes.
---@field uss_bytes integer
---Number of processes.
---@field processes integer
---How many of them belong to another user, so that only their RSS could be read.
---@field unreadable integer
---How long the reading took.
---@field probe_s number

---CPU time of one process.
---@class bakeoff.Cpu
---Time in user mode.
---@field user_s number
---Time in the kernel.
---@field system_s number
---Both together, as the scheduler counts them.
---@field total_s number
---Time in user mode of children that have ended and that it has waited for.
---@field reaped_user_s number
---Time in the kernel of the same children.
---@field reaped_system_s number
---The parent's pid.
---@field parent integer
---Number of threads.
---@field threads integer
---Context switches.
---@field switches bakeoff.Switches

---Context switches by cause.
---@class bakeoff.Switches
---The process waited for something.
---@field voluntary integer
---The kernel took the CPU away.
---@field involuntary integer

---@class bakeoff.SamplerOptions
---The process to sample. Default: the calling process.
---@field pid? integer
---Seconds from one sample to the next, from 1e-6. Default: 0.01.
---@field every? number
---Share of the time that sampling may use, up to 1. Default: 0.01.
---@field budget? number
---Whether descendants are sampled, too. Default: true.
---@field tree? boolean
---Whether the processes run on during `full`. Then a process that is alone is not held up for its PSS and USS.
---Default: false.
---@field runs_on? boolean

---One sample. A field that was not read is nil.
---@class bakeoff.Sample
---When it was taken, on the clock of `bake.now()`.
---@field time_s number
---CPU time of the tree so far.
---@field cpu_s number
---The number that was passed to `tick`.
---@field phase integer
---Number of processes in the tree.
---@field processes? integer
---Sum of RSS over all processes.
---@field rss_bytes? integer
---Sum of PSS over all processes.
---@field pss_bytes? integer
---Sum of USS over all processes.
---@field uss_bytes? integer
---Footprint of the tree, see [TreeMemory](#treememory).
---@field footprint_bytes? integer

---The largest values of all samples, and what sampling cost.
---@class bakeoff.Peaks
---Largest footprint of the tree that was seen.
---@field footprint_peak_bytes? integer
---The largest that it can have had between two readings.
---@field footprint_peak_high_bytes? integer
---true if page faults were not all counted: then nobody knows how large it can have been, and the field above
---is all of the machine's memory.
---@field footprint_peak_high_unknown? boolean
---true if the kernel reaps children of the tree itself, because their parent ignores SIGCHLD: samples then see
---only a part of their CPU time.
---@field cpu_at_least? boolean
---Footprint at the first full sample.
---@field footprint_baseline_bytes? integer
---Largest sum of PSS.
---@field pss_peak_bytes? integer
---Largest sum of USS.
---@field uss_peak_bytes? integer
---Largest sum of RSS.
---@field rss_peak_bytes? integer
---Largest number of processes at once.
---@field processes_peak? integer
---Largest number of processes of which only RSS could be read.
---@field unreadable_peak? integer
---Shared memory of the machine (memfd and tmpfs files) that was added meanwhile and that no process of the
---tree maps.
---@field outside_peak_bytes? integer
---Number of samples.
---@field samples? integer
---Time spent on sampling.
---@field probe_s number
---CPU time spent on sampling.
---@field probe_cpu_s number

---Samples a process or a process tree. It has no timer: the script calls `tick` from its own loop.
---@class bakeoff.Sampler
local sampler = {}

---Takes a sample if one is due.
---@param phase? integer a number to keep with the sample; default: 0
---@return boolean? was_taken nil if no process of the tree is alive any more
---@return string? message
---@return bakeoff.Code? code
function sampler:tick(phase) end

---Takes a complete sample at once, whatever it costs.
---@param phase? integer default: 0
---@return boolean? was_taken
---@return string? message
---@return bakeoff.Code? code
function sampler:full(phase) end

---Adds a further process to what is sampled; unless the sampler was created with `tree = false`, also all below
---it. What several trees share is counted once.
---@param pid integer
---@return true? added
---@return string? message
---@return bakeoff.Code? code
function sampler:add(pid) end

---Returns whether any process of the tree that was seen is still alive. Takes no sample, so it may be called
---at any time.
---@return boolean is_alive
function sampler:alive() end

---Returns how long the script may wait before it calls `tick`.
---@return number seconds until the next sample; 0 if one is due
function sampler:due() end

---Returns the peaks so far; sampling goes on.
---@return bakeoff.Peaks peaks
function sampler:peaks() end

---Writes a line per sample: the columns of memory.csv from `time_s` on.
---@param file file* open for writing
---@param start string what each line begins with, such as `a,b,1,1`
---@param zero number what `bake.now` was when times begin, in seconds
function sampler:write_memory(file, start, zero) end

---Writes a line per sample and process, which says what it held of the tree's footprint: the columns of
---memory_processes.csv from `time_s` on. The bytes of a sample add up to its footprint.
---@param file file* open for writing
---@param start string what each line begins with
---@param zero number what `bake.now` was when times begin, in seconds
function sampler:write_processes(file, start, zero) end

---Ends sampling.
---@return bakeoff.Sample[] samples in order of time
---@return bakeoff.Peaks peaks
function sampler:stop() end

---Reads the memory of one process.
---@param pid? integer
---@return bakeoff.Memory? memory
---@return string? message
---@return bakeoff.Code? code
function bake.memory(pid) end

---Reads the memory of a process and its descendants.
---@param pid? integer
---@return bakeoff.TreeMemory? memory
---@return string? message
---@return bakeoff.Code? code
function bake.memory_tree(pid) end

---Lists a process and its descendants.
---@param pid? integer
---@return integer[]? pids
---@return string? message
---@return bakeoff.Code? code
function bake.tree(pid) end

---Reads the CPU time of one process.
---@param pid? integer
---@return bakeoff.Cpu? cpu
---@return string? message
---@return bakeoff.Code? code
function bake.cpu(pid) end

---Creates a sampler. Raises an error for options out of range.
---@param options? bakeoff.SamplerOptions
---@return bakeoff.Sampler? sampler
---@return string? message
---@return bakeoff.Code? code
function bake.sampler(options) end

---Describes the machine, as a run's manifest records it: `bakeoff`, `kernel`, `machine`, `distribution`,
---`cpu`, `memory`, `load`, `pressure`, `steal`, `virtualisation`, `cgroup`, `power`, `limits`, `clock`,
---`versions`. Facts that the system doesn't offer are absent. It contains no host name, no user name and no
---paths.
---@return table facts
function bake.environment() end
