--- Splits command lines into words as a shell would, without running one, and joins words into a line that a
-- shell would split in the same way.

local shell_words = {}

-- Characters that a shell would act on. They are refused: passing them on as plain text would surprise.
local OPERATORS = { ["|"] = true, ["&"] = true, [";"] = true, ["<"] = true, [">"] = true, ["("] = true,
   [")"] = true, ["`"] = true }

local REMEDY = "no shell runs: put it in single quotes if it is meant literally, or write sh -c '…'"

-- In double quotes a backslash is special only before these.
local ESCAPABLE = { ["$"] = true, ["`"] = true, ['"'] = true, ["\\"] = true }

local function refuse(message, ...) error({ message = message:format(...):gsub("%c", "?") }, 0) end

local function check_dollar(text, at)
   local expansion = text:match("^%$[%w_]+", at) or text:match("^%$[{(].?", at)
   if expansion then
      refuse("'%s' is not expanded, since %s", expansion, REMEDY)
   end
end

-- Reads a quoted piece from after its opening quote. → text, position after the closing quote
local function single(text, at)
   local stop = text:find("'", at, true)
   if not stop then
      refuse("a single quote (') is not closed")
   end
   return text:sub(at, stop - 1), stop + 1
end

local function double(text, at)
   local parts = {}
   while true do
      local char = text:sub(at, at)
      local following = text:sub(at + 1, at + 1)
      if char == "" then
         refuse('a double quote (") is not closed')
      elseif char == '"' then
         return table.concat(parts), at + 1
      elseif char == "`" then
         refuse("'`' is not expanded, since %s", REMEDY)
      elseif char == "\\" and (ESCAPABLE[following] or following == "\n") then
         parts[#parts + 1] = following ~= "\n" and following or ""
         at = at + 2
      else
         check_dollar(text, at)
         parts[#parts + 1] = char
         at = at + 1
      end
   end
end

local ESCAPES = { n = "\n", t = "\t", r = "\r", e = "\27", ["\\"] = "\\", ["'"] = "'" }
local SHORT = {}
for letter, char in pairs(ESCAPES) do
   SHORT[char] = "\\" .. letter
end

-- A piece in $'…': of its escapes, those that shell_words.quote writes.
local function with_escapes(text, at)
   local parts = {}
   while true do
      local char, following = text:sub(at, at), text:sub(at + 1, at + 1)
      local hex = text:match("^\\x(%x%x)", at)
      if char == "" then
         refuse("a quote ($') is not closed")
      elseif char == "'" then
         return table.concat(parts), at + 1
      elseif hex then
         parts[#parts + 1], at = string.char(tonumber(hex, 16)), at + 4
      elseif char == "\\" then
         parts[#parts + 1] = ESCAPES[following] or refuse("'\\%s' is not understood in $'…'", following)
         at = at + 2
      else
         parts[#parts + 1], at = char, at + 1
      end
   end
end

local function escaped(text, at)
   local following = text:match("^" .. utf8.charpattern, at)
   if not following or following == "" then
      refuse("a backslash at the end escapes nothing")
   end
   return following ~= "\n" and following or "", at + #following
end

-- Reads a piece of a word at `at`. → text, position after it
local function piece(text, at)
   local char = text:sub(at, at)
   if char == "'" then
      return single(text, at + 1)
   elseif text:find("^%$'", at) then
      return with_escapes(text, at + 2)
   elseif char == '"' then
      return double(text, at + 1)
   elseif char == "\\" then
      return escaped(text, at + 1)
   elseif OPERATORS[char] then
      refuse("'%s' does nothing here, since %s", char, REMEDY)
   end
   check_dollar(text, at)
   return char, at + 1
end

-- Pieces are joined once per word: a longer and longer text would take the square of its length.
local function split(text)
   local list, pieces, at = {}, nil, 1
   while at <= #text do
      if text:find("^%s", at) then
         list[#list + 1] = pieces and table.concat(pieces)
         pieces, at = nil, at + 1
      else
         pieces = pieces or {}
         pieces[#pieces + 1], at = piece(text, at)
      end
   end
   list[#list + 1] = pieces and table.concat(pieces)
   return list
end

--- The words of a command line: blanks separate, quotes and backslashes work as in a POSIX shell, $'…' as in
-- bash; nothing is expanded. → list; or nil, message, for an open quote or a character that only a shell
-- could act on.
function shell_words.split(text)
   local ok, result = pcall(split, text)
   if ok then
      return result
   elseif type(result) == "table" and result.message then
      return nil, result.message
   end
   error(result, 0)
end

-- A word with control characters, as bash, ksh and zsh read it: on one line, and harmless to a terminal.
local function quoted_with_escapes(word)
   return "$'" .. word:gsub("[%c\\']", function(char)
      return SHORT[char] or ("\\x%02X"):format(char:byte())
   end) .. "'"
end

--- One word, quoted for a shell if needed.
function shell_words.quote(word)
   word = tostring(word)
   if word:find("%c") then
      return quoted_with_escapes(word)
   end
   return (word == "" or word:find("[^%w%-_./:=,+@%%]")) and "'" .. word:gsub("'", "'\\''") .. "'" or word
end

--- Joins a list of words into a line that shell_words.split splits again.
function shell_words.join(list)
   local parts = {}
   for index, word in ipairs(list) do
      parts[index] = shell_words.quote(word)
   end
   return table.concat(parts, " ")
end

return shell_words
