--- Digests of the files that decide what an experiment measures: modules that its script requires, and the
-- programs of its commands.

local bytecode = require "bakeoff.base.bytecode"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local own_command = require "bakeoff.base.own_command"

local key_files = {}

local STANDARD = { _G = true, package = true, string = true, table = true, math = true, io = true, os = true,
   debug = true, utf8 = true, coroutine = true }

local function is_foreign(name)
   return not STANDARD[name] and name ~= "bakeoff" and not name:find "^bakeoff%."
end

-- Folders of what comes with the system or is installed for all users. Not /opt and /usr/src, where somebody
-- may keep an experiment.
local SYSTEM = { "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/share/", "/usr/local/bin/",
   "/usr/local/lib/", "/usr/local/share/" }

-- Programs and modules that somebody installed, as opposed to those that belong to the experiment. bakeoff
-- itself is one.
local function is_installed(file)
   for _, folder in ipairs(SYSTEM) do
      if file:sub(1, #folder) == folder then
         return true
      end
   end
   return core.absolute(file) == core.absolute(own_command.path())
end

local add_required

-- found: name → file, false if there is none
local function add_module(found, name)
   if found[name] ~= nil or not is_foreign(name) then
      return
   end
   local path = package.searchpath(name, package.path)
   found[name] = path or package.searchpath(name, package.cpath) or false
   if path then
      add_required(found, path)
   end
end

-- Adds the modules that a file requires by a fixed name, also inside functions that haven't run yet.
function add_required(found, path)
   local source = files.read(path) or ""
   for name in source:gmatch "require%s*%(?%s*[\"']([%w_.%-]+)[\"']" do
      add_module(found, name)
   end
end

--- The digest of a module's file, or nil if it can't be read. Comments and the place of the code don't count.
function key_files.digest(path)
   local chunk = loadfile(path, "t")
   if chunk then
      return core.work_sha256(bytecode.of(chunk))
   end
   return core.file_kind(path) == "file" and files.digest(path) or nil
end

--- Name → file of the modules that a file requires by name, and of those that they require: without those of
-- bakeoff, installed ones, and modules without a file (preloaded by the host, or missing).
function key_files.required(path)
   local found, own = {}, {}
   add_required(found, path)
   for name, file in pairs(found) do
      own[name] = file and not is_installed(file) and file or nil
   end
   return own
end

--- Name → digest of the modules outside bakeoff that are loaded or that the script's file requires: those of
-- the experiment, and those that are installed on the machine. script: its path, or nil.
function key_files.modules(script)
   local found, own, installed = {}, {}, {}
   for name in pairs(package.loaded) do
      add_module(found, name)
   end
   if script then
      add_required(found, script)
   end
   for name, file in pairs(found) do
      local group = file and is_installed(file) and installed or own
      group[name] = file and key_files.digest(file) or nil
   end
   return own, installed
end

-- Suffixes of programs that an interpreter runs.
local SCRIPTS = { py = true, pyz = true, js = true, mjs = true, cjs = true, ts = true, lua = true, sh = true,
   rb = true, pl = true, php = true, r = true, jl = true, jar = true, wasm = true }

local function is_script(word) return SCRIPTS[(word:match "%.(%w+)$" or ""):lower()] end

local function in_folder(word, folder)
   return folder and word:sub(1, 1) ~= "/" and folder .. "/" .. word or word
end

-- Words with placeholders are known only at the trial.
local function add_words(found, argv, options, label)
   local cwd, path = options.cwd, (options.env or {}).PATH or os.getenv "PATH"
   for index, word in ipairs(argv) do
      local file = index == 1 and core.program_find(word, path, cwd and core.absolute(cwd))
         or index > 1 and is_script(word) and in_folder(word, cwd)
      if file and not word:find("{", 1, true) and core.file_kind(file) == "file" then
         local what = ("file '%s' of %s"):format(word:match "[^/]*$", label)
         local group = index == 1 and is_installed(file) and "installed" or "own"
         found[group][what] = files.digest(file)
      end
   end
end

--- Description → digest of the program files of an experiment's commands, and of the scripts that their
-- command lines name: those of the experiment, and those that are installed on the machine.
function key_files.programs(entries)
   local found = { own = {}, installed = {} }
   for _, entry in ipairs(entries) do
      local options = entry.uses and entry.options or {}
      for _, name in ipairs { "argv", "empty", "prepare" } do
         add_words(found, options[name] or {}, options, entry.label)
      end
   end
   return found.own, found.installed
end

return key_files
