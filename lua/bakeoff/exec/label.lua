--- Labels of commands for tables, charts and files: short, on one line, and unique.

local texts = require "bakeoff.base.text"

local command_label = {}

local LONGEST = 36 -- characters
local LONGEST_WORD = 20 -- characters of a word if the whole is too long
local TAIL = 0.4 -- share of a shortened text that is its end, since commands often differ there

--- Text that a label can hold.
local function plain(text)
   if not utf8.len(text) then
      text = text:gsub("[\x80-\xff]+", "?")
   end
   text = texts.printable((text:gsub("[%c%s]+", " ")))
   return texts.trimmed(text)
end

command_label.plain = plain

local function sub(text, from, to)
   if from > to then
      return ""
   end
   return text:sub(utf8.offset(text, from), utf8.offset(text, to + 1) - 1)
end

-- The text with its middle cut out.
local function shortened(text, longest)
   local length = utf8.len(text)
   if length <= longest then
      return text
   end
   local tail = math.floor(longest * TAIL)
   local head = sub(text, 1, longest - 1 - tail):gsub("%s+$", "")
   return head .. "…" .. sub(text, length - tail + 1, length):gsub("^%s+", "")
end

local function quoted(word) return (word == "" or word:find(" ")) and "'" .. word .. "'" or word end

local function basename(path) return path:match("([^/]+)/*$") or path end

local function joined(argv, change)
   local parts = {}
   for index, word in ipairs(argv) do
      parts[index] = change(plain(word), index)
   end
   return table.concat(parts, " ")
end

local function is_path(word) return word:find("^%S*/%S*$") and not word:find("://") end

-- Ways to shorten a command, from the longest result to the shortest.
local CHANGES = {
   function(word, index) return quoted(index == 1 and basename(word) or word) end,
   function(word, index) return quoted((index == 1 or is_path(word)) and basename(word) or word) end,
   function(word, index) -- unquoted, since cutting could remove one of the quotes
      return shortened((index == 1 or is_path(word)) and basename(word) or word, LONGEST_WORD)
   end,
}

--- A short label for a command (a list of words): its program without folders, and its arguments. If that is
-- too long, folders are left out, then the middle of long words, then the middle of the whole.
function command_label.of(argv, longest)
   local name
   longest = longest or LONGEST
   for _, change in ipairs(CHANGES) do
      name = joined(argv, change)
      if utf8.len(name) <= longest then
         break
      end
   end
   return name:find("%S") and shortened(name, longest) or "command"
end

--- The program's name alone.
function command_label.program(argv) return plain(basename(argv[1])) end

--- The names made unique: a second occurrence gets " (2)", and so on.
function command_label.unique(names)
   local list, taken = {}, {}
   for index, name in ipairs(names) do
      local unique, number = name, 1
      while taken[unique] do
         number = number + 1
         unique = ("%s (%d)"):format(name, number)
      end
      taken[unique], list[index] = true, unique
   end
   return list
end

return command_label
