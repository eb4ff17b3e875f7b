--- bake.files: whole files and folders, for scripts that prepare an experiment's input or save their
-- findings.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"

local api = {}

local function path_of(value, argument)
   if type(value) ~= "string" or value == "" or value:find("\0", 1, true) then
      failure.usage("%s: expected the name of a file or folder, got '%s'", argument, tostring(value))
   end
   return value
end

--- Reads a file. Returns its content; or nil, message.
function api.read(path) return files.read(path_of(path, "files.read")) end

--- Writes a file. Returns true; or nil, message.
function api.write(path, content) return files.write(path_of(path, "files.write"), content) end

--- Creates a folder and its missing parents; an existing one is fine. Returns true; or nil, message, code.
function api.make_folder(path) return core.mkdirs(path_of(path, "files.make_folder")) end

--- Removes a file, or a folder with its content; a missing one is fine. Returns true; or nil, message,
-- code.
function api.remove(path) return core.remove_tree(path_of(path, "files.remove")) end

--- Returns "file", "folder" or "other"; nil if nothing exists there.
function api.kind(path) return core.file_kind(path_of(path, "files.kind")) end

--- Returns the absolute path of something that exists, with links resolved; or nil, message, code.
function api.absolute(path) return core.absolute(path_of(path, "files.absolute")) end

return api
