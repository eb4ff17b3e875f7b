--- bake.files: whole files and folders, for scripts that make what their experiment reads or keep what they
-- found.

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

--- The content of a file; or nil, message.
function api.read(path) return files.read(path_of(path, "files.read")) end

--- Writes a file. true; or nil, message.
function api.write(path, content) return files.write(path_of(path, "files.write"), content) end

--- Makes a folder and those above it; fine where it is there. true; or nil, message, code.
function api.make_folder(path) return core.mkdirs(path_of(path, "files.make_folder")) end

--- Removes a file, or a folder with all it holds; fine where there is none. true; or nil, message, code.
function api.remove(path) return core.remove_tree(path_of(path, "files.remove")) end

--- "file", "folder" or "other"; nil where there is nothing.
function api.kind(path) return core.file_kind(path_of(path, "files.kind")) end

--- The absolute path of what is there, without links; or nil, message, code.
function api.absolute(path) return core.absolute(path_of(path, "files.absolute")) end

return api
