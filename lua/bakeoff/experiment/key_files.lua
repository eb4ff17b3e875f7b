--- Digests of the files that decide what an experiment measures: modules that its script requires, and the
-- programs of its commands.

local bytecode = require "bakeoff.base.bytecode"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local own_command = require "bakeoff.base.own_command"

local key_files = {}

local STANDARD = { _G = true, package = true, string = true, table = true, math = true, io = true, os = true,
   debug = true, utf8 = true, coroutine = true }

-- Comments and the place of the code don't count.
local function digest_of_module(path)
   local chunk = loadfile(path, "t")
   return chunk and core.work_sha256(bytecode.of(chunk)) or files.digest(path)
end

local function is_foreign(name)
   return not STANDARD[name] and name ~= "bakeoff" and not name:find "^bakeoff%."
end

local add_required

local function add_module(found, name)
   if found[name] ~= nil or not is_foreign(name) then
      return
   end
   local path = package.searchpath(name, package.path)
   local library = not path and package.searchpath(name, package.cpath)
   found[name] = path and digest_of_module(path) or library and files.digest(library) or false
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

-- Modules without a file (preloaded by the host, or not installed) don't count.
local function with_files(found)
   for name, digest in pairs(found) do
      found[name] = digest or nil
   end
   return found
end

--- Name → digest of the modules outside bakeoff that a file requires by name, and of those that they require.
function key_files.required(path)
   local found = {}
   add_required(found, path)
   return with_files(found)
end

--- Name → digest of the modules outside bakeoff that are loaded or that the script's file requires. script:
-- its path, or nil.
function key_files.modules(script)
   local found = {}
   for name in pairs(package.loaded) do
      add_module(found, name)
   end
   if script then
      add_required(found, script)
   end
   return with_files(found)
end

-- Suffixes of programs that an interpreter runs.
local SCRIPTS = { py = true, pyz = true, js = true, mjs = true, cjs = true, ts = true, lua = true, sh = true,
   rb = true, pl = true, php = true, r = true, jl = true, jar = true, wasm = true }

local function is_script(word) return SCRIPTS[(word:match "%.(%w+)$" or ""):lower()] end

local function in_folder(word, folder)
   return folder and word:sub(1, 1) ~= "/" and folder .. "/" .. word or word
end

-- Folders whose programs come with the system or are installed for all users.
local SYSTEM = { "/usr/", "/bin/", "/sbin/", "/opt/" }

-- Programs that somebody installed, as opposed to those that belong to the experiment. bakeoff itself is one.
local function is_installed(file)
   for _, folder in ipairs(SYSTEM) do
      if file:sub(1, #folder) == folder then
         return true
      end
   end
   return core.absolute(file) == core.absolute(own_command.path())
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
