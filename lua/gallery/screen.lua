--- A terminal's screen, as far as bakeoff uses one: text, line breaks, carriage returns, clearing to the end
-- of a line, and colours.

local screen = {}
screen.__index = screen

--- An empty screen. Each of its lines is a list of cells { character, style }.
function screen.new()
   return setmetatable({ lines = { {} }, row = 1, column = 1, style = "", rest = "" }, screen)
end

local STYLES = { ["0"] = "", [""] = "", ["1"] = "bold", ["2"] = "soft", ["31"] = "red", ["32"] = "green",
   ["33"] = "yellow", ["36"] = "blue" }

function screen:put(character)
   local line = self.lines[self.row]
   for column = #line + 1, self.column - 1 do
      line[column] = { " ", "" }
   end
   line[self.column] = { character, self.style }
   self.column = self.column + 1
end

function screen:clear_to_end()
   local line = self.lines[self.row]
   for column = #line, self.column, -1 do
      line[column] = nil
   end
end

function screen:next_line()
   self.row = self.row + 1
   self.lines[self.row] = self.lines[self.row] or {}
end

-- A control sequence: ESC [ parameters, letter.
local function obey(self, parameters, letter)
   if letter == "K" then
      self:clear_to_end()
   elseif letter == "m" then
      self.style = STYLES[parameters] or self.style
   end
end

--- Shows bytes of a program's output. What is cut off at their end waits for the next ones.
function screen:write(bytes)
   local text, at = self.rest .. bytes, 1
   while at <= #text do
      local parameters, letter, after = text:match("^\27%[([%d;]*)(%a)()", at)
      local character = text:match("^[%z\1-\127]", at) or text:match("^" .. utf8.charpattern, at)
      if after then
         obey(self, parameters, letter)
      elseif text:find("^\27", at) or utf8.len(character or "\xff") == nil then
         break
      elseif character == "\r" then
         self.column = 1
      elseif character == "\n" then
         self:next_line()
      else
         self:put(character)
      end
      at = after or at + #character
   end
   self.rest = text:sub(at)
end

--- A line as pieces of one style: list of { text, style, column }; blanks at its end are left out.
function screen:pieces(row)
   local list, last = {}, 0
   for column, cell in ipairs(self.lines[row] or {}) do
      last = cell[1] ~= " " and column or last
   end
   for column = 1, last do
      local character, style = table.unpack(self.lines[row][column])
      local piece = list[#list]
      if not piece or piece.style ~= style then
         piece = { text = "", style = style, column = column, length = 0 }
         list[#list + 1] = piece
      end
      piece.text, piece.length = piece.text .. character, piece.length + 1
   end
   return list
end

return screen
