--- The table of results for Emacs' Org mode; with several experiments, each under its name.

local markup = require "bakeoff.report.exports.markup"

local orgmode = {}

-- A bar ends a cell.
local function cell(text) return (markup.plain(text):gsub("|", "\\vert{}")) end

local function line(texts)
   local cells = {}
   for index, text in ipairs(texts) do
      cells[index] = cell(text)
   end
   return "| " .. table.concat(cells, " | ") .. " |"
end

local function table_of(columns, rows)
   local titles, rule = {}, {}
   for index, column in ipairs(columns) do
      titles[index], rule[index] = column.title, "---"
   end
   local lines = { line(titles), "|" .. table.concat(rule, "+") .. "|" }
   for _, row in ipairs(rows) do
      lines[#lines + 1] = line(row)
   end
   return lines
end

--- The text for a list of results.
function orgmode.text(runs) return markup.text(runs, "* ", table_of) end

return orgmode
