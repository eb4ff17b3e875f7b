--- Reads the annotations in lua/meta (LuaLS: ---@class, ---@field, ---@param …) into tables. What is read:
--
--    { sections = { { title, about, names = what is described there, in order } … },
--      classes = name → { name, parent, about,
--         fields = { { name, type, optional, about, private } … },
--         functions = { { name, method (with a colon), about, params, returns, overloads } … } },
--      aliases = name → { name, type, about } }
--
-- params and returns: { { name, type, optional, about } … }. Members of the class `bakeoff` also have a
-- `section`.
-- A line that is no annotation, no comment and none of the few forms of code in there is an error.

local annotations = {}

--- The files, in the order of the page.
annotations.FILES = { "bakeoff", "experiment", "fetch", "results", "notebook", "pools", "loop", "probes" }

local OPEN, CLOSE = "[%(%[{<]", "[%)%]}>]"

-- A type ends at the first blank that is outside of brackets and follows none of ":", "," and "|".
local function split_type(words)
   local depth, at, quoted = 0, 1, false
   while at <= #words do
      local char = words:sub(at, at)
      if char == '"' then
         quoted = not quoted
      elseif not quoted and char:find(OPEN) then
         depth = depth + 1
      elseif not quoted and char:find(CLOSE) then
         depth = depth - 1
      elseif not quoted and depth == 0 and char == " " and not words:sub(at - 1, at - 1):find "[:,|]" then
         break
      end
      at = at + 1
   end
   return words:sub(1, at - 1), words:sub(at + 1)
end

local function new_block() return { text = {}, params = {}, returns = {}, overloads = {} } end

local function take_text(block)
   local words = table.concat(block.text, " ")
   block.text = {}
   return words
end

local function named(name, kind, about)
   local bare = name:gsub("%?$", "")
   return { name = bare, optional = bare ~= name or kind:find "%?$" ~= nil, type = kind, about = about }
end

local TAGS = {}

function TAGS.class(reader, block, rest)
   local name, parent = rest:match "^([%w_.]+):?%s*([%w_.]*)$"
   local class = reader.classes[name] or { name = name, about = "", fields = {}, functions = {} }
   class.about = class.about .. take_text(block)
   class.parent = parent ~= "" and parent or class.parent
   block.class, reader.classes[name] = class, class
   reader:mention(name)
end

function TAGS.field(_, block, rest)
   local scope, words = rest:match "^(private) (.*)$"
   local name, more = (words or rest):match "^(%S+) (.*)$"
   local kind, about = split_type(more)
   local field = named(name, kind, take_text(block) .. about)
   field.private = scope == "private"
   table.insert(block.class.fields, field)
end

function TAGS.alias(reader, block, rest)
   local name, kind = rest:match "^(%S+) (.*)$"
   reader.aliases[name] = { name = name, type = kind, about = take_text(block) }
   reader:mention(name)
end

function TAGS.param(_, block, rest)
   local name, more = rest:match "^(%S+) (.*)$"
   table.insert(block.params, named(name, split_type(more)))
end

TAGS["return"] = function(_, block, rest)
   local kind, more = split_type(rest)
   local name, about = more:match "^(%S*)%s*(.*)$"
   table.insert(block.returns, named(name, kind, about))
end

function TAGS.overload(_, block, rest) table.insert(block.overloads, rest) end

function TAGS.type(_, block, rest) block.type = rest end

function TAGS.meta() end

-- --- lines ----------------------------------------------------------------------------------------

local Reader = {}
Reader.__index = Reader

function Reader:mention(name)
   local section = self.section
   if section and not section.has[name] and name ~= "bakeoff" then
      section.has[name] = true
      table.insert(section.names, name)
   end
end

function Reader:fail(message) error(("%s:%d: %s"):format(self.file, self.number, message), 0) end

function Reader:owner(variable)
   return self.variables[variable] or self:fail(("'%s' stands for no class"):format(variable))
end

function Reader:note(line)
   local tag, rest = line:match "^@(%a+)%s*(.*)$"
   if not tag then
      table.insert(self.block.text, line)
   elseif not TAGS[tag] then
      self:fail("unknown annotation @" .. tag)
   elseif tag == "field" and not self.block.class then
      self:fail "a field without a class"
   else
      TAGS[tag](self, self.block, rest)
   end
end

-- Each pattern of code, and what it ends.
local CODE = {
   { "^local (%w+) = {}$", function(self, variable)
      self.variables[variable] = self.block.class or self:fail "a table without a class"
   end },
   { "^function (%w+)([.:])([%w_]+)%(.*%) end$", function(self, variable, mark, name)
      local block = self.block
      table.insert(self:owner(variable).functions, { name = name, method = mark == ":",
         params = block.params, returns = block.returns, overloads = block.overloads,
         about = take_text(block), section = self.section })
   end },
   { "^(%w+)%.([%w_]+) = .*$", function(self, variable, name)
      local field = named(name, self.block.type or self:fail "a field without a type", take_text(self.block))
      field.section = self.section
      table.insert(self:owner(variable).fields, field)
   end },
   { "^return %w+$", function() end },
   { "^$", function() end },
}

function Reader:code(line)
   for _, form in ipairs(CODE) do
      local captures = table.pack(line:match(form[1]))
      if captures[1] then
         form[2](self, table.unpack(captures, 1, captures.n))
         self.block = new_block()
         return
      end
   end
   self:fail("not understood: " .. line)
end

function Reader:comment(line)
   local title = line:match "^# (.+)$"
   if title then
      self.section = { title = title, about = "", names = {}, has = {} }
      table.insert(self.sections, self.section)
   elseif self.section then
      self.section.about = self.section.about .. (self.section.about ~= "" and " " or "") .. line
   end
end

function Reader:read(path)
   self.file, self.number, self.variables, self.block = path, 0, {}, new_block()
   for line in io.lines(path) do
      self.number = self.number + 1
      local note, comment = line:match "^%-%-%-(.*)$", line:match "^%-%- (.*)$"
      if note then
         self:note(note)
      elseif comment then
         self:comment(comment)
      else
         self:code(line)
      end
   end
end

--- Reads all files of a folder. Raises, naming file and line, what it doesn't understand.
function annotations.read(folder)
   local reader = setmetatable({ sections = {}, classes = {}, aliases = {} }, Reader)
   for _, name in ipairs(annotations.FILES) do
      reader:read(("%s/%s.lua"):format(folder, name))
   end
   return { sections = reader.sections, classes = reader.classes, aliases = reader.aliases }
end

return annotations
