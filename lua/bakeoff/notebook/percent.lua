--- Reads and writes Lua files in the percent format, by jupytext's rules: a line `-- %%` begins a cell of
-- code, `-- %% [markdown]` (or `[md]`) one of text, `-- %% [raw]` one that is kept as it is. Text cells are
-- comments.
--
--    -- %% Title [markdown] key="value" tags=["hide-input"]
--
-- The title stands before the metadata, which are pairs key=value with values in JSON, or one JSON object.
-- More percent signs (`-- %%% part`) make a cell of a lower level, as Spyder writes them. A line `-- %%word`
-- is a comment like any other. Blank lines at the end of a cell don't belong to it.
--
-- Before the first marker may stand a line `#!…`, a header of Jupyter's (YAML between two lines `-- ---`),
-- and code, which is a cell of its own.

local json = require "bakeoff.base.json"

local percent = {}

local TYPES = { markdown = "markdown", md = "markdown", raw = "raw" }

-- What follows the percent signs of a marker, and the number of signs beyond two; nil if the line is none.
local function marker(line)
   local more, rest = line:match "^%-%-%s*%%%%(%%*)%s(.*)$"
   if more then
      return rest, #more
   elseif line:find "^%-%-%s*%%%%%s*$" then
      return "", 0
   end
end

local function decoded(text)
   local ok, value = pcall(json.decode, text)
   if ok then
      return value
   end
end

-- The end of a JSON value that begins at `from`: the first place up to which the text is one. → value, next
local function json_at(text, from)
   for at = from, #text do
      local follows = text:sub(at + 1, at + 1)
      if follows == "" or follows:find "%s" then
         local value = decoded("[" .. text:sub(from, at) .. "]")
         if value then
            return value[1], at + 1
         end
      end
   end
end

-- key=value pairs; a text that is no JSON is kept as it is up to the next space.
local function pairs_of(text)
   local metadata, at = {}, 1
   while true do
      local _, last, key = text:find("^%s*([%w_.%-]+)=", at)
      if not last then
         return metadata
      end
      local value, following = json_at(text, last + 1)
      if not following then
         value = text:match("^%S*", last + 1)
         following = last + 1 + #value
      end
      metadata[key], at = value, following
   end
end

-- → title with the cell's type, metadata
local function split(rest)
   local curly, pair = rest:find("{", 1, true), (" " .. rest):find "%s[%w_.%-]+="
   if pair and (not curly or pair < curly) then
      return rest:sub(1, pair - 1), pairs_of(rest:sub(pair))
   end
   local object = curly and decoded(rest:sub(curly))
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
local function tidied(text) return (text:match "^%s*(.-)%s*$":gsub("%s+", " ")) end

local function tags_of(metadata)
   local tags = {}
   for _, tag in ipairs(type(metadata.tags) == "table" and metadata.tags or {}) do
      tags[#tags + 1] = type(tag) == "string" and tag or nil
   end
   return tags
end

local function opened(rest, depth, line)
   local title, metadata = split(rest)
   local kind, word
   title, kind, word = typed(title)
   title = tidied(title)
   return { kind = kind, word = word, title = title ~= "" and title or nil,
      depth = depth > 0 and depth or nil, metadata = metadata, tags = tags_of(metadata), marker_line = line,
      first_line = line + 1, lines = {} }
end

-- Blank lines before code that stands before the first marker don't belong to it either.
local function without_blank_start(cell)
   while cell.lines[1] and not cell.lines[1]:find "%S" do
      table.remove(cell.lines, 1)
      cell.first_line = cell.first_line + 1
   end
end

-- "-- text" → "text"; a line that is no comment stays.
local function uncommented(line)
   return line:match "^%-%- (.*)$" or line:match "^%-%-(.*)$" or line
end

local function close(cell)
   local lines = cell.lines
   while #lines > 0 and not lines[#lines]:find "%S" do
      lines[#lines] = nil
   end
   cell.last_line = cell.first_line + #lines - 1
   local source = {}
   for index, line in ipairs(lines) do
      if cell.kind ~= "code" and line:find "%S" and line:sub(1, 2) ~= "--" then
         cell.bare_line = cell.bare_line or cell.first_line + index - 1
      end
      source[index] = cell.kind == "code" and line or uncommented(line)
   end
   cell.source, cell.lines = table.concat(source, "\n"), nil
end

-- Lines of the file, without their ends; a final line feed begins no further line.
local function lines_of(text)
   local lines = {}
   for line in (text:sub(-1) == "\n" and text or text .. "\n"):gmatch "([^\n]*)\n" do
      lines[#lines + 1] = line:gsub("\r$", "")
   end
   return lines
end

-- How many lines the line `#!…` and Jupyter's header take.
local function preamble(lines)
   local count = (lines[1] or ""):sub(1, 1) == "#" and 1 or 0 -- Lua skips such a line, also without the "!"
   if not (lines[count + 1] or ""):find "^%-%- %-%-%-%s*$" then
      return count
   end
   for at = count + 2, #lines do
      if lines[at]:find "^%-%- %-%-%-%s*$" then
         return at
      elseif lines[at]:sub(1, 2) ~= "--" then
         break
      end
   end
   return count
end

--- Reads a file's text. → { preamble = lines before all else, or nil; cells = list of { kind = "code",
-- "markdown" or "raw", number, title (or nil), tags = list of texts, metadata, depth (or nil), marker_line
-- (nil: before the first marker), first_line, last_line (of what follows the marker; last < first if that is
-- nothing), source = without comment signs, except of code, bare_line = the first line of a text cell that is
-- no comment, or nil } }. Never raises.
function percent.read(text)
   local lines = lines_of(text)
   local skipped = preamble(lines)
   local cells, cell = {}, { kind = "code", metadata = {}, tags = {}, first_line = skipped + 1, lines = {} }
   local function keep()
      if not cell.marker_line then
         without_blank_start(cell)
      end
      close(cell)
      if cell.marker_line or cell.source ~= "" then
         cell.number = #cells + 1
         cells[#cells + 1] = cell
      end
   end
   for at = skipped + 1, #lines do
      local rest, depth = marker(lines[at])
      if rest then
         keep()
         cell = opened(rest, depth, at)
      else
         cell.lines[#cell.lines + 1] = lines[at]
      end
   end
   keep()
   return { cells = cells, preamble = skipped > 0 and table.concat(lines, "\n", 1, skipped) or nil }
end

local function marker_of(cell)
   local parts = { "-- %%" .. ("%"):rep(cell.depth or 0) }
   parts[#parts + 1] = cell.title
   parts[#parts + 1] = cell.kind ~= "code" and ("[%s]"):format(cell.word or cell.kind) or nil
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

local function commented(source)
   return (("\n" .. source):gsub("\n([^\n]*)", function(line)
      return line == "" and "\n--" or "\n-- " .. line
   end):sub(2))
end

--- The text of a file with these cells (as read returns them). Reading it gives the same cells.
function percent.write(notebook)
   local parts = { notebook.preamble }
   for _, cell in ipairs(notebook.cells) do
      local lines = { cell.marker_line and marker_of(cell) or nil }
      if cell.source ~= "" then
         lines[#lines + 1] = cell.kind == "code" and cell.source or commented(cell.source)
      end
      parts[#parts + 1] = table.concat(lines, "\n")
   end
   return table.concat(parts, "\n\n") .. "\n"
end

return percent
