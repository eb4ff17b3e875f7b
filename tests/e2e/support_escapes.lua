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
      { "a program in memory", { "exec_memory" }, CALLS, free = true },
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

return attempts
