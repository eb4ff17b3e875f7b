--- Quotes in text cells: `{{ expression }}` stands for a value of the script. `\{{` is written as `{{`.

local quotes = {}

local function on_one_line(code) return (code:gsub("\n", " ")) end

-- Is it something that can be returned, and an argument of the call that program.lua makes of it? A comment
-- or a semicolon at its end can't.
local function is_expression(code)
   local line = on_one_line(code)
   return load("return " .. line, "=quote", "t") ~= nil
      and load(("f(1,%s)"):format(line), "=quote", "t") ~= nil
end

-- The end of the quote whose expression begins at `from`: the first `}}` that makes it an expression, since
-- tables end so, too. → first and last byte of the `}}`; nil if there is none.
local function closing(text, from)
   local at = from
   while true do
      local first = text:find("}}", at, true)
      if not first or is_expression(text:sub(from, first - 1)) then
         return first, first and first + 1
      end
      at = first + 1
   end
end

local function line_at(text, at) return select(2, text:sub(1, at - 1):gsub("\n", "")) + 1 end

local OPEN = "'%s' is not closed by }}, or what it holds is no expression of Lua; for braces in the text,"
   .. " write \\{{"

--- The pieces of a text: list of texts (as they stay) and quotes { code = expression on one line, line =
-- number of its line in the text }; or nil, message, line.
function quotes.split(text)
   local pieces, at, from = {}, 1, 1
   while true do
      local first = text:find("{{", from, true)
      if not first then
         pieces[#pieces + 1] = text:sub(at)
         return pieces
      elseif text:sub(first - 1, first - 1) == "\\" then
         pieces[#pieces + 1] = text:sub(at, first - 2) .. "{{"
         at, from = first + 2, first + 2
      else
         local ends, last = closing(text, first + 2)
         if not ends then
            return nil, OPEN:format(text:match("^[^\n]*", first):sub(1, 40)), line_at(text, first)
         end
         pieces[#pieces + 1] = text:sub(at, first - 1)
         pieces[#pieces + 1] = { code = on_one_line(text:sub(first + 2, ends - 1)),
            line = line_at(text, first) }
         at, from = last + 1, last + 1
      end
   end
end

--- The text of the pieces. values: text of each quote, in their order; a missing one stays as it was written.
function quotes.join(pieces, values)
   local parts, count = {}, 0
   for index, piece in ipairs(pieces) do
      if type(piece) == "table" then
         count = count + 1
         piece = values[count] or ("{{%s}}"):format(piece.code)
      end
      parts[index] = piece
   end
   return table.concat(parts)
end

return quotes
