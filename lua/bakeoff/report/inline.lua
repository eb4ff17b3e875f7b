--- Pieces of text in a report. A string is text from outside, and the writer escapes it; a table
-- { ours = text } is a sentence of this program, with `code` and *stress* marked as in Markdown; a list is a
-- sequence of pieces.

local text_table = require "bakeoff.base.text_table"

local inline = {}

--- A sentence of ours.
function inline.ours(text) return { ours = text } end

local function each(piece, plain, ours)
   if type(piece) == "string" then
      return plain(piece)
   elseif piece.ours then
      return ours(piece.ours)
   end
   local parts = {}
   for index, one in ipairs(piece) do
      parts[index] = each(one, plain, ours)
   end
   return table.concat(parts)
end

local function as_it_is(text) return text end

--- A piece as Markdown.
function inline.markdown(piece) return each(piece, text_table.markdown_text, as_it_is) end

local HTML = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

--- Any bytes as text of an HTML page, also in attributes: invalid UTF-8 and control characters are replaced.
function inline.escape(text)
   text = tostring(text)
   if not utf8.len(text) then
      text = text:gsub("[\x80-\xff]+", function(bytes) return utf8.len(bytes) and bytes or "\u{fffd}" end)
   end
   return (text:gsub("%c+", " "):gsub("[&<>\"']", HTML))
end

--- The same for an element that keeps white space: lines and tabs stay.
function inline.escape_lines(text)
   return (tostring(text):gsub("\r\n?", "\n"):gsub("[^\n\t]+", inline.escape))
end

local function marked(text)
   return (inline.escape(text):gsub("`([^`]+)`", "<code>%1</code>"):gsub("%*([^*]+)%*", "<em>%1</em>"))
end

--- A piece as HTML.
function inline.html(piece) return each(piece, inline.escape, marked) end

return inline
