--- lua/REFERENCE.md from annotations: a section per part, in it the functions of `bake`, then the classes,
-- each field and method once.

local page = {}

local HEAD = [[
# Reference

Every public function and field, once. `scripts/reference` writes this page from the annotations in
[`lua/meta`](meta), which editors complete from (LuaLS): change those, not this page. New here? Start with the
[tutorial](../scripts/README.md). Recipes for tasks are in [HOWTO.md](../scripts/HOWTO.md).
]]

local function short(name) return (name:gsub("^bakeoff%.", "")) end

local function anchor(title) return (title:lower():gsub("[^%w _-]", ""):gsub(" ", "-")) end

local function code(words, in_table)
   if words == "" then
      return ""
   end
   return "`" .. (in_table and words:gsub("|", "\\|") or words) .. "`"
end

-- A type: names of classes as links, the rest as code.
local function type_text(kind, in_table)
   local parts, at = {}, 1
   for start, name, stop in kind:gmatch "()bakeoff%.([%w_]+)()" do
      parts[#parts + 1] = code(kind:sub(at, start - 1), in_table)
      parts[#parts + 1] = ("[%s](#%s)"):format(name, anchor(name))
      at = stop
   end
   parts[#parts + 1] = code(kind:sub(at), in_table)
   return table.concat(parts)
end

local function add(lines, ...)
   for _, line in ipairs { ... } do
      lines[#lines + 1] = line
   end
end

local function cell(words) return (words:gsub("|", "\\|")) end

local function without_mark(kind) return (kind:gsub("%?$", "")) end

local function add_fields(lines, fields)
   local rows = {}
   for _, field in ipairs(fields) do
      if not field.private then
         local name = field.optional and field.name .. "?" or field.name
         rows[#rows + 1] = ("| `%s` | %s | %s |"):format(name, type_text(without_mark(field.type), true),
            cell(field.about))
      end
   end
   if #rows > 0 then
      add(lines, "", "| field | type | meaning |", "|:--|:--|:--|", table.unpack(rows))
   end
end

local function signature(owner, one)
   local names = {}
   for index, param in ipairs(one.params) do
      names[index] = param.optional and ("[%s]"):format(param.name) or param.name
   end
   return ("%s%s%s(%s)"):format(owner, one.method and ":" or ".", one.name, table.concat(names, ", "))
end

-- "`name` type: what it is"
local function item(one)
   local words = ("`%s` %s"):format(one.name, type_text(one.type))
   return one.about ~= "" and ("%s: %s"):format(words, one.about) or words
end

local function items(list)
   local found = {}
   for index, one in ipairs(list) do
      found[index] = item(one)
   end
   return found
end

-- form: of the line that names it. Methods are no headings: the anchors of some would be those of classes.
local function add_function(lines, form, owner, one)
   local points = {}
   for _, words in ipairs(items(one.params)) do
      add(points, "- " .. words)
   end
   if #one.returns > 0 then
      add(points, "- → " .. table.concat(items(one.returns), "; "))
   end
   for _, overload in ipairs(one.overloads) do
      add(points, "- also " .. type_text(overload))
   end
   add(lines, "", form:format(signature(owner, one)), "", one.about)
   if #points > 0 then
      add(lines, "", table.unpack(points))
   end
end

-- What methods are called on, where that isn't the class's name in lower case.
local OWNERS = {
   ["bakeoff.Context"] = "ctx", ["bakeoff.TaskGroup"] = "group", ["bakeoff.Format"] = "bake.format",
   ["bakeoff.Units"] = "bake.units", ["bakeoff.Files"] = "bake.files", ["bakeoff.Work"] = "bake.work",
}

local function add_class(lines, class)
   add(lines, "", "### " .. short(class.name))
   local about = class.about
   if class.parent then
      about = ("%sAlso the fields of %s."):format(about ~= "" and about .. " " or "", type_text(class.parent))
   end
   if about ~= "" then
      add(lines, "", about)
   end
   add_fields(lines, class.fields)
   for _, one in ipairs(class.functions) do
      add_function(lines, "**`%s`**", OWNERS[class.name] or short(class.name):lower(), one)
   end
end

local function of_section(list, section)
   local found = {}
   for _, one in ipairs(list) do
      found[#found + 1] = one.section == section and one or nil
   end
   return found
end

local function add_section(lines, read, section)
   local bake = read.classes.bakeoff
   add(lines, "", "## " .. section.title)
   if section.about ~= "" then
      add(lines, "", section.about)
   end
   local fields = {}
   for index, field in ipairs(of_section(bake.fields, section)) do
      fields[index] = setmetatable({ name = "bake." .. field.name }, { __index = field })
   end
   add_fields(lines, fields)
   for _, one in ipairs(of_section(bake.functions, section)) do
      add_function(lines, "### `%s`", "bake", one)
   end
   for _, name in ipairs(section.names) do
      local alias = read.aliases[name]
      if alias then
         add(lines, "", "### " .. short(name), "", ("%s: %s"):format(type_text(alias.type), alias.about))
      else
         add_class(lines, read.classes[name])
      end
   end
end

--- The page's text. read: what annotations.read returned.
function page.of(read)
   local lines, contents = {}, {}
   for index, section in ipairs(read.sections) do
      contents[index] = ("[%s](#%s)"):format(section.title, anchor(section.title))
   end
   add(lines, HEAD, table.concat(contents, " · "))
   for _, section in ipairs(read.sections) do
      add_section(lines, read, section)
   end
   return table.concat(lines, "\n") .. "\n"
end

return page
