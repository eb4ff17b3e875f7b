--- The lines that begin cells of a percent file:
--
--    -- %% Title [markdown] key="value" tags=["hide-input"]
--
-- The title stands before the metadata, which are pairs key=value, or one JSON object. Values are JSON, or as
-- Python writes them ('text', True). More percent signs (`-- %%% part`) make a cell of a lower level, as
-- Spyder writes them; `-- <codecell>` and `-- In[3]:` begin code, as older programs write it. A line
-- `-- %%word` is a comment like any other.

local json = require "bakeoff.base.json"
local texts = require "bakeoff.base.text"

local marker = {}

local TYPES = { markdown = "markdown", md = "markdown", raw = "raw" }

--- What follows the percent signs of a marker, and the number of signs beyond two; nil if the line is none.
function marker.read(line)
   local comment = line:match "^%s*%-%-%s*(%S.*)$"
   if not comment then
      return nil
   end
   local more, rest = comment:match "^%%%%(%%*)%s(.*)$"
   if more then
      return rest, #more
   end
   for _, alone in ipairs { "^%%%%%s*$", "^<codecell>%s*$", "^In%[[%d ]*%]:?%s*$" } do
      if comment:find(alone) then
         return "", 0
      end
   end
end

-- --- values -----------------------------------------------------------------------------------------

local function decoded(text)
   local ok, value = pcall(json.decode, text)
   if ok then
      return value
   end
end

local WORDS = { True = "true", False = "false", None = "null" }

-- Python's literals as JSON: texts between single quotes; or words, where there are no texts.
local function from_python(text)
   if text:find "['\"]" then
      return (text:gsub("'([^'\"\\]*)'", '"%1"'))
   end
   return (text:gsub("%a+", WORDS))
end

local function value_of(text) return decoded(text) or decoded(from_python(text)) end

local CLOSING = { ['"'] = '"', ["'"] = "'", ["["] = "]", ["{"] = "}", ["("] = ")" }
local MOST_TRIES = 50 -- ends of one value; all of them would take the square of a line's length

-- The end of a value that begins at `from`: the first place up to which the text is one. → value, next
local function value_at(text, from)
   local closing, tries = CLOSING[text:sub(from, from)], 0
   for at = from, #text do
      local follows = text:sub(at + 1, at + 1)
      local may_end = follows == "" or follows:find "%s"
      if may_end and (not closing or text:sub(at, at) == closing) then
         tries = tries + 1
         local value = value_of("[" .. text:sub(from, at) .. "]")
         if value then
            return value[1], at + 1
         elseif not closing or tries == MOST_TRIES then
            return nil
         end
      end
   end
end

-- key=value pairs; a text that is no value is kept as it is up to the next space.
local function pairs_of(text)
   local metadata, at = {}, 1
   while true do
      local _, last, key = text:find("^%s*([%w_.%-]+)=", at)
      if not last then
         return metadata
      end
      local value, following = value_at(text, last + 1)
      if not following then
         value = text:match("^%S*", last + 1)
         following = last + 1 + #value
      end
      metadata[key], at = value, following
   end
end

-- --- the parts ----------------------------------------------------------------------------------------

-- → title with the cell's type, metadata
local function split(rest)
   local curly, pair = rest:find("{", 1, true), (" " .. rest):find "%s[%w_.%-]+="
   if pair and (not curly or pair < curly) then
      return rest:sub(1, pair - 1), pairs_of(rest:sub(pair))
   end
   local object = curly and value_of(rest:sub(curly))
   if type(object) == "table" then
      return rest:sub(1, curly - 1), object
   end
   return rest, {}
end

-- The type that stands in brackets anywhere before the metadata. → title without it, kind, the word
local function typed(line)
   for word, kind in pairs(TYPES) do
      local first, last = line:find("[" .. word .. "]", 1, true)
      if first then
         return line:sub(1, first - 1) .. line:sub(last + 1), kind, word
      end
   end
   return line, "code"
end

-- Without blanks around it, and with one blank where there are several.
local function tidied(text) return (texts.trimmed(text):gsub("%s+", " ")) end

local function tags_of(metadata)
   local tags = {}
   for _, tag in ipairs(type(metadata.tags) == "table" and metadata.tags or {}) do
      tags[#tags + 1] = type(tag) == "string" and tag or nil
   end
   return tags
end

--- The parts of what marker.read returned: { kind, word = the type as it was written, title or nil, metadata,
-- tags = list of texts }.
function marker.parts(rest)
   local title, metadata = split(rest)
   local kind, word
   title, kind, word = typed(title)
   title = tidied(title)
   return { kind = kind, word = word, title = title ~= "" and title or nil, metadata = metadata,
      tags = tags_of(metadata) }
end

-- Is it one of the words between these separators?
local function is_among(name, text, separators)
   for word in text:gmatch("[^" .. separators .. "]+") do
      if word == name then
         return true
      end
   end
   return false
end

--- Is a cell active in files with this ending? By a tag (`active-lua`, `active-lua-ipynb`), or by the older
-- field of the metadata (active="lua,ipynb"). Without either, it is active everywhere.
function marker.is_active(cell, ending)
   for _, tag in ipairs(cell.tags) do
      if tag:find "^active%-" then
         return is_among(ending, tag, "%-")
      end
   end
   local active = cell.metadata.active
   return type(active) ~= "string" or is_among(ending, active, ".,")
end

--- The line that begins a cell. Of a cell that is raw by its tag (by_tag), the tag says so.
function marker.write(cell)
   local parts = { "-- %%" .. ("%"):rep(cell.depth or 0) }
   parts[#parts + 1] = cell.title
   local word = cell.word or cell.kind ~= "code" and not cell.by_tag and cell.kind
   parts[#parts + 1] = word and ("[%s]"):format(word) or nil
   local keys = {}
   for key in pairs(cell.metadata) do
      keys[#keys + 1] = key
   end
   table.sort(keys)
   for _, key in ipairs(keys) do
      parts[#parts + 1] = ("%s=%s"):format(key, json.encode(cell.metadata[key]))
   end
   return table.concat(parts, " ")
end

return marker
