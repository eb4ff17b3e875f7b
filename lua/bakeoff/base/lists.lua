--- Lists in one text, as options of the command line take them: words separated by commas. What is in quotes
-- is one word, whatever it contains; a quote inside is written twice.
--
--    threads,eventloop        'threads, again',"it's"

local text = require "bakeoff.base.text"

local lists = {}

--- The word whose opening quote is at `at`, and the position behind its closing quote; nil if there is none.
function lists.quoted(given, at)
   local mark, parts, from = given:sub(at, at), {}, at + 1
   while true do
      local close = given:find(mark, from, true)
      if not close then
         return nil
      end
      parts[#parts + 1] = given:sub(from, close - 1)
      if given:sub(close + 1, close + 1) ~= mark then
         return table.concat(parts, mark), close + 1
      end
      from = close + 2
   end
end

-- The next word: { text =, is_quoted = }, and the position of its comma, or behind the end; or nil, message.
local function word_at(given, at)
   at = given:find("[^ ]", at) or #given + 1
   if not given:find("^['\"]", at) then
      local comma = given:find(",", at, true) or #given + 1
      return { text = text.without_end(given:sub(at, comma - 1)) }, comma
   end
   local word, after = lists.quoted(given, at)
   after = word and (given:find("[^ ]", after) or #given + 1)
   if not word then
      return nil, ("'%s' has a quote that isn't closed"):format(text.shown(given))
   elseif after <= #given and given:sub(after, after) ~= "," then
      return nil, ("'%s' has more text behind a closing quote; put a comma there"):format(text.shown(given))
   end
   return { text = word, is_quoted = true }, after
end

--- The words of a list: { { text =, is_quoted = true or nil }, … }; or nil, message if a quote isn't closed
-- or an unquoted word is empty. remedy: the end of that message, such as "write a list such as 1,4,16".
function lists.words(given, remedy)
   local words, at = {}, 1
   repeat
      local word, after = word_at(given, at)
      if not word then
         return nil, after
      elseif word.text == "" and not word.is_quoted then
         return nil, ("'%s' has an empty element; %s"):format(text.shown(given), remedy)
      end
      words[#words + 1], at = word, after + 1
   until after > #given
   return words
end

return lists
