--- Digests of Lua values that are the same in every process, to tell whether something has changed since an
-- earlier run. Tables are read in the order of their keys; functions count by their bytecode without line
-- numbers (bytecode.lua), the values of their upvalues, and the globals of the script that they name.
--
-- What is in a loaded module counts by its name; so does what belongs to bakeoff, whose version is compared
-- elsewhere. An object whose metatable has `__key` counts by what __key(object) returns. The content of other
-- userdata, threads and C functions can't be read: `unknown` names the values that contain one.

local bytecode = require "bakeoff.base.bytecode"
local core = require "bakeoff.core"

local digest = {}
digest.__index = digest

local AT_ONCE = 65536 -- bytes; a long list is never copied as a whole

local HOUSE = debug.getinfo(1, "S").source:match("^(@.*/)base/[^/]*$")

local function is_house(func)
   local source = debug.getinfo(func, "S").source
   return HOUSE ~= nil and source:sub(1, #HOUSE) == HOUSE
end

local function is_nameable(value)
   local kind = type(value)
   return kind == "userdata" or kind == "function" and debug.getinfo(value, "S").what == "C"
end

-- The texts among the keys of a table, sorted; __pairs isn't asked.
local function names_in(map)
   local list = {}
   for key in next, map do
      list[#list + 1] = type(key) == "string" and key or nil
   end
   table.sort(list)
   return list
end

-- value → the name under which every process finds it: a loaded module, or what Lua can't look into in one.
local function names_of_loaded()
   local names = {}
   for _, module in ipairs(names_in(package.loaded)) do
      local value = package.loaded[module]
      for _, field in ipairs(type(value) == "table" and names_in(value) or {}) do
         local one = rawget(value, field)
         if is_nameable(one) then
            names[one] = names[one] or module .. "." .. field
         end
      end
      if type(value) == "table" or is_nameable(value) then
         names[value] = names[value] or module
      end
   end
   return names
end

-- Names of the globals that are the script's own.
local function own_globals(names)
   local list = {}
   for _, name in ipairs(names_in(_G)) do
      local value = rawget(_G, name)
      if name ~= "_VERSION" and name ~= "arg" and value ~= nil and not names[value] then
         list[#list + 1] = name
      end
   end
   return list
end

--- options: clean(text) → the text as it counts; is_hidden(name) → is the value of this name a secret, which
-- doesn't count? → an object with the methods below, and `unknown`, a list of { what =, kind = }
function digest.new(options)
   options = options or {}
   local names = names_of_loaded()
   return setmetatable({ names = names, globals = own_globals(names), unknown = {}, hidden = {},
      clean = options.clean or function(one) return one end,
      is_hidden = options.is_hidden or function() return false end }, digest)
end

-- --- a stream of bytes ---------------------------------------------------------------------------

-- what: named in `unknown`
local function new_stream(what)
   return { parts = {}, size = 0, digest = "", seen = {}, count = 0, what = what }
end

local function finish(stream) return core.work_sha256(stream.digest .. table.concat(stream.parts)) end

local function put(stream, bytes)
   stream.parts[#stream.parts + 1] = bytes
   stream.size = stream.size + #bytes
   if stream.size >= AT_ONCE then
      stream.digest = finish(stream)
      stream.parts, stream.size = {}, 0
   end
end

local function put_text(stream, one) put(stream, #one .. ":" .. one) end

local put_value

-- Writes a reference to a table or function that was written before. → was it?
local function put_seen(stream, value)
   local number = stream.seen[value]
   if number then
      put(stream, ("seen %d;"):format(number))
      return true
   end
   stream.count = stream.count + 1
   stream.seen[value] = stream.count
end

-- Values that can be secrets: names such as "tokenize" or "max_tokens" also belong to functions and counts.
local CAN_BE_SECRET = { string = true, table = true }

-- place: tells a value from others of its table or function; name: by which secrets are known
local function put_named(stream, owner, place, name, value)
   put_text(stream, place)
   local is_hidden = owner.hidden[name]
   if is_hidden == nil and type(name) == "string" then
      is_hidden = owner.is_hidden(name)
      owner.hidden[name] = is_hidden
   end
   if is_hidden and CAN_BE_SECRET[type(value)] then
      put(stream, "hidden;")
   else
      put_value(stream, owner, value)
   end
end

local function put_unknown(stream, owner, kind)
   put(stream, "unknown;")
   owner.unknown[#owner.unknown + 1] = { what = stream.what, kind = kind }
end

local ORDERED = { number = true, string = true, boolean = true }

-- The keys of a table behind its list, in an order that doesn't depend on the process: { { order, key }, … }
local function keys_of(owner, value, listed)
   local keys = {}
   for key in next, value do
      if not (math.type(key) == "integer" and key >= 1 and key <= listed) then
         local order = ORDERED[type(key)] and type(key) .. " " .. tostring(key) or owner:of(key)
         keys[#keys + 1] = { order, key }
      end
   end
   table.sort(keys, function(a, b) return a[1] < b[1] end)
   return keys
end

local function put_content(stream, owner, value)
   put(stream, "{")
   local listed = 0
   while rawget(value, listed + 1) ~= nil do
      listed = listed + 1
      put_value(stream, owner, rawget(value, listed))
   end
   for _, pair in ipairs(keys_of(owner, value, listed)) do
      put_named(stream, owner, pair[1], pair[2], rawget(value, pair[2]))
   end
   put(stream, "}")
end

local function belongs_to_house(metatable)
   for _, value in next, metatable do
      if type(value) == "function" and is_house(value) then
         return true
      end
   end
   return false
end

local function put_table(stream, owner, value)
   local metatable = debug.getmetatable(value)
   if put_seen(stream, value) then
      return
   elseif metatable and belongs_to_house(metatable) then
      return put_unknown(stream, owner, "an object of bakeoff's")
   end
   put_content(stream, owner, value)
   if metatable then
      put_value(stream, owner, metatable)
   end
end

local function put_function(stream, owner, func)
   local info = debug.getinfo(func, "S")
   if is_house(func) then
      return put_text(stream, ("%s:%d"):format(info.source:sub(#HOUSE + 1), info.linedefined))
   elseif put_seen(stream, func) then
      return
   end
   put_text(stream, bytecode.of(func))
   for _, variable in ipairs(owner:variables(func)) do
      put_named(stream, owner, variable.name, variable.name, variable.value)
   end
end

local WRITERS = { table = put_table,
   ["function"] = function(stream, owner, value)
      if debug.getinfo(value, "S").what == "C" then
         put_unknown(stream, owner, "a C function")
      else
         put_function(stream, owner, value)
      end
   end,
   userdata = function(stream, owner) put_unknown(stream, owner, "a userdata") end,
   thread = function(stream, owner) put_unknown(stream, owner, "a coroutine") end,
   number = function(stream, _, value)
      put(stream, (math.type(value) == "integer" and "%d;" or "%a;"):format(value))
   end,
}

local function key_of(value)
   local metatable = debug.getmetatable(value)
   return type(metatable) == "table" and rawget(metatable, "__key")
end

function put_value(stream, owner, value)
   local kind = type(value)
   if kind == "string" then -- first, since there can be many
      value = owner.clean(value)
      return put(stream, "s" .. #value .. ":" .. value)
   end
   local name = owner.names[value]
   put(stream, kind .. " ")
   if value == _G then
      return put(stream, "globals;")
   elseif name then
      return put_text(stream, name)
   end
   local key = key_of(value)
   if key then
      return put_value(stream, owner, key(value))
   end
   local write = WRITERS[kind]
   if write then
      write(stream, owner, value)
   else
      put(stream, tostring(value) .. ";") -- nil and booleans
   end
end

-- --- what callers use -----------------------------------------------------------------------------

--- Is this value left out of digests, since it looks like a secret?
function digest:hides(name, value) return CAN_BE_SECRET[type(value)] and self.is_hidden(name) or false end

--- The digest of a value in hexadecimal digits; `what` names it in `unknown`.
function digest:of(value, what)
   local stream = new_stream(what)
   put_value(stream, self, value)
   return finish(stream)
end

--- The digest of a list of items. Two items that are the same table count as two equal tables.
function digest:of_items(list, what)
   local stream = new_stream(what)
   for _, value in ipairs(list) do
      if next(stream.seen) then
         stream.seen, stream.count = {}, 0
      end
      put_value(stream, self, value)
   end
   return finish(stream)
end

--- The digest of a Lua function's code alone.
function digest.code(func) return core.work_sha256(bytecode.of(func)) end

--- The variables that a Lua function uses from outside: its upvalues in their order, then globals of the
-- script whose names are in its code. → list of { kind = "upvalue" or "global", name =, value = }
function digest:variables(func)
   local list, has_globals = {}, false
   for index = 1, math.huge do
      local name, value = debug.getupvalue(func, index)
      if not name then
         break
      elseif value == _G then
         has_globals = true
      else
         list[#list + 1] = { kind = "upvalue", name = name, value = value }
      end
   end
   local code = has_globals and bytecode.of(func)
   for _, name in ipairs(has_globals and self.globals or {}) do
      if code:find(name, 1, true) then
         list[#list + 1] = { kind = "global", name = name, value = rawget(_G, name) }
      end
   end
   return list
end

return digest
