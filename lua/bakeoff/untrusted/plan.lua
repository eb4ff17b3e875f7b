--- What a confined script gets: the keeper's command line (src/programs/confine/README.md).

local confined = require "bakeoff.base.confined"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local own_command = require "bakeoff.base.own_command"
local script = require "bakeoff.script.run"

local plan = {}

-- How numbers and texts look; nothing of what people keep in their environment.
local VARIABLES = { "LANG", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_COLLATE", "LC_TIME", "LC_MESSAGES", "TZ",
   "COLUMNS", "NO_COLOR" }

-- What gnuplot needs, which draws the pictures of a notebook in its confinement.
local OF_GNUPLOT = { "/usr/share/gnuplot", "/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts",
   "/usr/share/fontconfig", "/usr/share/texmf", "/var/cache/fontconfig", "/usr/share/fonts-dejavu" }

local function add(words, ...)
   for _, word in ipairs { ... } do
      words[#words + 1] = word
   end
end

-- Adds a path, and where it leads to if it is a link. What doesn't exist is left out.
local function add_path(words, right, path)
   local real = core.absolute(path)
   if real then
      add(words, right, path)
      if real ~= path then
         add(words, right, real)
      end
   end
end

-- A path without links on the way, because inside there is only what has been named. Raises (usage).
local function plain(path, what)
   local real = core.absolute(path)
   local lexical = path:sub(1, 1) == "/" and path or core.absolute "." .. "/" .. path
   local parts = {}
   for part in lexical:gmatch "[^/]+" do
      if part == ".." then
         parts[#parts] = nil
      elseif part ~= "." then
         parts[#parts + 1] = part
      end
   end
   if real ~= "/" .. table.concat(parts, "/") then
      failure.usage("%s %s leads through a link; with --untrusted, write %s", what, path,
         real or "its real path")
   end
   return real
end

local function is_in(path, folder) return (path .. "/"):sub(1, #folder + 1) == folder .. "/" end

-- A file that is there, and can be read. Raises (usage).
local function script_file(path)
   script.read(path)
   return plain(path, "the script")
end

-- Writing there would be writing everywhere: what users have, or bakeoff itself.
local function check_out(out, prefix)
   local home = os.getenv "HOME"
   for _, place in ipairs { home and core.absolute(home) or "/root", prefix, "/usr", "/etc" } do
      if out == "/" or is_in(place, out) then
         failure.usage("--out %s: an untrusted script could change all of %s; name a folder of its own", out,
            place)
      end
   end
end

-- Makes and checks the folder. → its path
local function out_folder(out, prefix)
   local ok, message = core.mkdirs(out)
   if not ok then
      failure.usage("--out: %s; name a folder that can be made", message)
   end
   local path = plain(out, "--out")
   check_out(path, prefix)
   return path
end

local function add_own_parts(words, prefix)
   add_path(words, "--run", prefix .. "/libexec/bakeoff")
   for _, part in ipairs { "lib/lua/5.4/bakeoff", "share/lua/5.4/bakeoff", "share/bakeoff",
      "share/bakeoff/plots", "share/bakeoff/meta" } do
      add_path(words, "--read", prefix .. "/" .. part)
   end
end

-- → the folder of the program; nil if it isn't installed
local function add_gnuplot(words)
   local file = core.program_find("gnuplot", os.getenv "PATH")
   if file then
      add_path(words, "--run", file)
      for _, path in ipairs(OF_GNUPLOT) do
         add_path(words, "--read", path)
      end
      return file:match "^(.*)/"
   end
end

-- Allowed programs are found by their names.
local function add_programs(words, paths, of_gnuplot)
   local folders, known = {}, {}
   local function add_folder(folder)
      folders[#folders + 1] = not known[folder] and folder or nil
      known[folder] = true
   end
   for _, path in ipairs(paths) do
      add_path(words, "--run", path)
      add_folder(core.file_kind(path) == "folder" and path or path:match "^(.*)/")
   end
   if of_gnuplot then
      add_folder(of_gnuplot)
   end
   if #folders > 0 then
      add(words, "--env", "PATH=" .. table.concat(folders, ":"))
   end
end

local function add_host(words, host)
   local address, message = core.resolve(host.name)
   if not address then
      failure.usage("--allow-host %s: %s; name a host with an IPv4 address", host.name, message)
   end
   local name = address ~= host.name and ":" .. host.name or ""
   for _, port in ipairs(host.ports) do
      add(words, "--host", ("%s:%d%s"):format(address, port, name))
   end
end

-- Values are passed as variables, because anybody can read command lines.
local function add_variables(words, args, kind)
   local environment = {}
   for _, names in ipairs { VARIABLES, args.allow_env } do
      for _, name in ipairs(names) do
         local value = os.getenv(name)
         if value then
            environment[#environment + 1] = name .. "=" .. value
            add(words, "--env", name)
         end
      end
   end
   add(words, "--env", confined.VARIABLE .. "=" .. kind)
   return environment
end

--- kind: "run" or "notebook"; path: of the script; args: of options.read, with `out`; argv: bakeoff's own
-- command line. → { argv, environment } for core.confine; the folder. Raises (usage).
function plan.of(kind, path, args, argv)
   local prefix, command = core.prefix(), own_command.path()
   local words, out = { "confine" }, out_folder(args.out or "out", prefix)
   add(words, "--write", out, "--read", script_file(path), "--cwd", core.absolute ".")
   add_own_parts(words, prefix)
   add_programs(words, args.allow_run, kind == "notebook" and add_gnuplot(words))
   for _, other in ipairs(args.allow_read) do
      add(words, "--read", other)
   end
   for _, host in ipairs(args.allow_host) do
      add_host(words, host)
   end
   local environment = add_variables(words, args, kind)
   add(words, "--", core.absolute(command), table.unpack(argv))
   return { argv = words, environment = environment }, out
end

return plan
