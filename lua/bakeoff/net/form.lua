--- The field `multipart` of a request: a form, checked and converted to the form that the C side takes
-- (src/lua/fetch/form.c).

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"

local form = {}

local FIELDS = { "name", "data", "file", "file_name", "type" }
local EXAMPLE = '{ title = "x", photo = { file = "photo.jpg", type = "image/jpeg" } }'

--- A file that can be read, for `argument`.
function form.check_file(path, argument)
   if type(path) ~= "string" or path == "" then
      failure.usage("%s: expected the name of a file, got '%s'", argument, text.shown(path))
   elseif core.file_kind(path) ~= "file" then
      failure.usage("%s: '%s' is not a file; name one that can be read", argument, text.shown(path))
   end
   local file, message = io.open(path, "rb")
   if not file then
      failure.usage("%s: %s", argument, text.shown(message))
   end
   file:close()
   return path
end

local function check_line(value, argument)
   if value ~= nil and (type(value) ~= "string" or value == "" or value:find "%c") then
      failure.usage("%s: '%s' is not accepted; write a text of one line", argument, text.shown(value))
   end
   return value
end

local function data_of(value, argument)
   if value ~= nil and type(value) ~= "string" and type(value) ~= "number" then
      failure.usage("%s: expected a text or a number, got %s", argument, text.kind(value))
   end
   return value ~= nil and tostring(value) or nil
end

-- name: nil where the part has its own
local function part(name, value, argument)
   if type(value) ~= "table" then
      return { name = check_line(name, argument), data = data_of(value, argument) }
   end
   checks.refuse_unknown(value, FIELDS, argument)
   name = value.name or name
   if name == nil or (value.data == nil) == (value.file == nil) then
      failure.usage("%s: expected a name, and either data or a file, such as %s", argument, EXAMPLE)
   end
   return { name = check_line(name, argument .. ".name"), data = data_of(value.data, argument .. ".data"),
      file = value.file and form.check_file(value.file, argument .. ".file"),
      file_name = check_line(value.file_name, argument .. ".file_name"),
      type = check_line(value.type, argument .. ".type") }
end

--- given: fields by name, in the order of their names; or a list of parts, in their order. → a list of
-- parts
function form.check(given, argument)
   if type(given) ~= "table" or next(given) == nil then
      failure.usage("%s: expected a form such as %s", argument, EXAMPLE)
   end
   local parts = {}
   for index, value in ipairs(given) do
      parts[index] = part(nil, type(value) == "table" and value or { data = value },
         ("%s[%d]"):format(argument,
         index))
   end
   local names = {}
   for name in pairs(given) do
      if type(name) == "string" then
         names[#names + 1] = name
      elseif math.type(name) ~= "integer" or name < 1 or name > #parts then
         failure.usage("%s: '%s' is not the name of a field", argument, text.shown(name))
      end
   end
   table.sort(names)
   for _, name in ipairs(names) do
      parts[#parts + 1] = part(name, given[name], ("%s.%s"):format(argument, text.shown(name)))
   end
   return parts
end

return form
