--- The table of results as AsciiDoc; with several experiments, each under its name.

local markup = require "bakeoff.report.exports.markup"

local asciidoc = {}

-- A bar begins a cell; what could be markup within one is passed through.
local function cell(text)
   local plain = markup.plain(text):gsub("|", "\\|")
   return plain:find "[%*_`#^~+<{\\]" and "pass:c[" .. plain:gsub("%]", "\\]") .. "]" or plain
end

local function line(texts)
   local cells = {}
   for index, text in ipairs(texts) do
      cells[index] = "| " .. cell(text)
   end
   return table.concat(cells, " ")
end

local function table_of(columns, rows)
   local places, titles = {}, {}
   for index, column in ipairs(columns) do
      places[index], titles[index] = column.right and ">" or "<", column.title
   end
   local lines = { ('[cols="%s"]'):format(table.concat(places, ",")), "|===", line(titles), "" }
   for _, row in ipairs(rows) do
      lines[#lines + 1] = line(row)
   end
   lines[#lines + 1] = "|==="
   return lines
end

--- The text for a list of results.
function asciidoc.text(runs) return markup.text(runs, "== ", table_of) end

return asciidoc
