--- The ways out that tool_escape tries: list of { what it is, its words, the reason of the refusal, free = it
-- is possible for anybody without confinement }. place: { folder, out = folder of the results, outside = a
-- file that isn't there, script = its path, port of a server on this machine }.

local function own_pid()
   local file <close> = io.open "/proc/self/stat"
   return file:read "a":match "^%d+"
end

local FILES = "No such file or directory"
local LINK, WRITING, NETWORK, RIGHTS = "Invalid cross-device link", "Read-only file system",
   "Network is unreachable", "Permission denied"
local CALLS, ARGUMENTS = "Operation not permitted", "Function not implemented"

-- attempt, its reason; `free`: without confinement it is possible, for anybody.
local function attempts(place)
   local out, outside, pid = place.out, place.outside, own_pid()
   return {
      { "read a file that is secret", { "read", "/etc/shadow" }, FILES },
      { "read the user's files", { "read", place.folder .. "/secret.txt" }, FILES, free = true },
      { "write beside --out", { "write", outside }, FILES, free = true },
      { "a link out of --out", { "symlink", place.folder, out .. "/link" }, RIGHTS, free = true },
      { "a second name", { "hardlink", place.script, out .. "/name" }, LINK, free = true },
      { "rename out of --out", { "rename", out .. "/mine", outside }, FILES },
      { "the memory of the command", { "memory", pid }, FILES },
      { "trace the command", { "ptrace", pid }, CALLS },
      { "read another process", { "vm_read" }, CALLS },
      { "take a descriptor", { "getfd" }, CALLS },
      { "signal the command", { "kill", pid }, "No such process", free = true },
      { "a service of this machine", { "connect", "127.0.0.1", place.port }, "Connection refused",
         free = true },
      { "a server outside", { "connect", "192.0.2.1", "80" }, NETWORK },
      { "a server outside, at once", { "fastopen", "192.0.2.1", "80" }, NETWORK },
      { "names, UDP", { "udp" }, ARGUMENTS, free = true },
      { "raw packets", { "raw" }, ARGUMENTS },
      { "a socket in the file system", { "unix", "/run/dbus/system_bus_socket" }, ARGUMENTS },
      { "an abstract socket", { "abstract", "/tmp/dbus-x" }, ARGUMENTS },
      { "a pair that reaches any socket", { "datagram_pair" }, ARGUMENTS, free = true },
      { "a shell", { "exec", "/bin/sh" }, FILES, free = true },
      { "a program that it wrote", { "exec_written", out .. "/program" }, RIGHTS, free = true },
      { "a program in memory", { "exec_memory" }, ARGUMENTS, free = true },
      { "a library that it wrote", { "map_written", out .. "/library.so" }, CALLS, free = true },
      { "a program with its owner's rights", { "exec", "/usr/bin/su" }, FILES },
      { "another user", { "setuid" }, CALLS },
      { "a fork bomb", { "fork_bomb", "2000" }, "Resource temporarily unavailable" },
      { "a memory bomb", { "memory_bomb", "1000000000" }, "Cannot allocate memory", free = true },
      { "a disk bomb", { "disk_bomb", out .. "/big", "20000000" }, "File too large", free = true },
      { "a terminal's input", { "terminal" }, ARGUMENTS },
      { "the environment", { "secret", "BAKEOFF_TEST_SECRET" }, FILES, free = true },
      { "the filter undone", { "undo" }, CALLS },
      { "io_uring", { "uring" }, CALLS }, { "userfaultfd", { "userfaultfd" }, CALLS },
      { "bpf", { "bpf" }, CALLS }, { "keys", { "keys" }, CALLS }, { "perf", { "perf" }, CALLS },
      { "a mount", { "mount", out }, CALLS }, { "a mount made writable", { "remount", "/" }, CALLS },
      { "a new namespace", { "unshare" }, CALLS }, { "a new namespace, with a process", { "clone" }, CALLS },
      { "above the root", { "climb" }, LINK }, { "a file by its handle", { "handle" }, CALLS },
      { "a device", { "device", out .. "/disk" }, CALLS },
      { "a pipe with a name", { "pipe", out .. "/p" }, CALLS },
      { "another root", { "chroot", out }, CALLS }, { "the clock", { "clock" }, CALLS },
      { "the kernel's settings", { "core_pattern" }, WRITING },
   }
end

-- Second round: what a run could leave behind or use up, and other doors to the same calls.
local function more(place)
   local out, script = place.out, place.script
   return {
      { "a program with its owner's rights, left behind", { "owners_rights", out .. "/rights" }, CALLS,
         free = true },
      { "the same, made so", { "created_with_rights", out .. "/rights" }, ARGUMENTS, free = true },
      { "the same, out of the filter's sight", { "created_out_of_sight", out .. "/rights" }, ARGUMENTS,
         free = true },
      { "the same, by a later call", { "later_call", out .. "/mine" }, ARGUMENTS },
      { "a lease on a file of the user's", { "lease", script }, ARGUMENTS, free = true },
      { "a lock on a file of the user's", { "whole_lock", script }, ARGUMENTS, free = true },
      { "signals for a descriptor", { "owner" }, ARGUMENTS, free = true },
      { "a library in memory", { "map_memory" }, ARGUMENTS, free = true },
      { "a program that it wrote, through the linker", { "through_linker", out .. "/copy" }, CALLS,
         free = true },
      { "a stream that isn't TCP", { "other_protocol" }, ARGUMENTS },
      { "a filter for packets", { "socket_filter" }, ARGUMENTS },
      { "a part of the kernel", { "upper_layer" }, ARGUMENTS },
      { "32-bit calls", { "other_architecture" }, ARGUMENTS },
      { "calls with 32-bit pointers", { "other_numbers" }, ARGUMENTS },
      { "bits that the kernel ignores", { "high_bits" }, ARGUMENTS, free = true },
      { "watches, of which a user has few", { "watch_bomb" }, ARGUMENTS, free = true },
      { "pages set aside for others", { "huge_pages" }, ARGUMENTS },
      { "the disk, reserved at once", { "reserve_disk", out .. "/big", "20000000" }, ARGUMENTS },
      { "a bomb of threads", { "thread_bomb", "2000" }, "Resource temporarily unavailable" },
      { "/tmp, filled", { "tmp_flood", "2000000000" }, "No space left on device" },
      { "files in memory", { "memory_file_flood", "100000000" }, ARGUMENTS, free = true },
      { "every process of the user", { "kill_all" }, "No such process", free = true },
      { "to be preferred", { "hurry" }, RIGHTS },
      { "a higher limit", { "raise_limit" }, CALLS, free = true },
      { "another victim when memory runs out", { "spare_me" }, WRITING, free = true },
      { "the machine's program for crashes", { "crash" }, ARGUMENTS, free = true },
      { "another namespace", { "setns" }, CALLS },
      { "other users' numbers", { "uid_map" }, WRITING, free = true },
      { "--out itself, moved away", { "move_folder", out, out .. "2" }, "Device or resource busy" },
      { "the first process's root", { "other_root", place.folder .. "/secret.txt" }, FILES },
   }
end

return function(place)
   local all, second = attempts(place), more(place)
   return table.move(second, 1, #second, #all + 1, all)
end
