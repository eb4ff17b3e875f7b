--- The head of a report's page: the finding and the tiles. However long these are, they leave the first
-- screen room for a chart: a long finding has smaller letters, and what a tile has no lines for is folded.

local blocks = require "bakeoff.report.html.blocks"
local inline = require "bakeoff.report.inline"
local text = require "bakeoff.plotting.text"

local header = {}

local escape = inline.escape

-- Pixels of a tile's letters and lines on a desk, where tiles have the least room (page.css; on a phone
-- letters and lines are smaller by the same part).
local SIZE, VALUE_SIZE, LINES = 13, 20, 4
local NARROW, WIDE = 165, 350
local SENTENCE = 20 -- letters: less says too little

local function room_of(tile) return tile.is_wide and WIDE or NARROW end

-- A note that has only so many lines, and whether it was cut. What stands before a colon or a parenthesis
-- can stand alone.
local function fitted(note, room, most)
   local lines = text.wrap(note, SIZE, room, most)
   if #lines == 0 then -- a label of blanks
      return note, false
   elseif not lines[#lines]:find "…$" or note:find "…$" then
      return note, false
   end
   local first = note:match "^(.-): " or note:match "^(.-) %("
   local short = first and #first >= SENTENCE and text.wrap(first, SIZE, room, most)
   return short and not short[#short]:find "…$" and first or table.concat(lines, " "), true
end

-- As many notes as fit in so many lines: list of texts; and whether something was left out. Each note has a
-- line at least, as long as there are lines.
local function in_lines(notes, room, left)
   local shown, is_cut = {}, false
   for index, note in ipairs(notes) do
      local was_cut = true
      if left > 0 then
         local most = math.max(1, left - (#notes - index))
         shown[index], was_cut = fitted(note, room, most)
         left = left - #text.wrap(shown[index], SIZE, room, most)
      end
      is_cut = is_cut or was_cut
   end
   return shown, is_cut
end

--- What a tile shows of its notes: list of texts; and whether there is more, which takes a line, too.
function header.shown(tile)
   local shown, is_cut = in_lines(tile.notes, room_of(tile), LINES)
   if is_cut then
      shown = in_lines(tile.notes, room_of(tile), LINES - 1)
   end
   return shown, is_cut
end

local MORE = '<dd><details class="more"><summary>More</summary>\n%s</details></dd>'

local function notes_html(tile, chosen)
   local shown, is_cut = header.shown(tile)
   local parts, all = {}, {}
   local function html(note) return chosen:marked(blocks.sentence(note)) end
   for index, note in ipairs(shown) do
      parts[index] = ("<dd%s>%s</dd>"):format(is_cut and ' class="cut"' or "", html(note))
   end
   for index, note in ipairs(is_cut and tile.notes or {}) do
      all[index] = ("<p>%s</p>\n"):format(html(note))
   end
   return table.concat(parts) .. (is_cut and MORE:format(table.concat(all)) or "")
end

-- The address in the page of the chart or section that shows more than a tile.
local function target(tile, document, pictures)
   for _, name in ipairs(tile.leads_to) do
      if pictures[name] then
         return "#chart-" .. name
      end
      for _, section in ipairs(document.sections) do
         if section.id == name then
            return "#" .. name
         end
      end
   end
end

local TILE = '<div class="%s%s"><dt>%s</dt><dd class="value%s">%s</dd>%s</div>\n'

local function tile_html(tile, document, pictures, chosen)
   local address, name = target(tile, document, pictures), escape(tile.name)
   return TILE:format(tile.is_wide and "wide " or "", tile.tone or "plain",
      address and ('<a href="%s">%s</a>'):format(address, name) or name,
      text.width(tile.value, VALUE_SIZE, true) > room_of(tile) and " range" or "",
      blocks.unbroken(escape(tile.value)), notes_html(tile, chosen))
end

local SIZES = { -- of the finding: the room in pixels that is enough for its letters; those of page.css
   { room = 950, size = 28, class = "finding" }, { room = 2 * 1150, size = 22, class = "finding medium" },
}

local function class_of(finding)
   for _, one in ipairs(SIZES) do
      if text.width(finding, one.size, true) <= one.room then
         return one.class
      end
   end
   return "finding long"
end

local HEADER = [[
<header>
<p class="head" title="%s">%s</p>
<h1 class="%s">%s.</h1>
<dl class="tiles">
%s</dl>
</header>
]]

--- The HTML. document: ../document.lua; pictures: name of a chart → HTML; chosen: the choice of contenders.
function header.of(document, pictures, chosen)
   local parts, head = {}, escape(document.head)
   for index, tile in ipairs(document.tiles) do
      parts[index] = tile_html(tile, document, pictures, chosen)
   end
   return HEADER:format(head, head, class_of(document.finding), blocks.unbroken(escape(document.finding)),
      table.concat(parts))
end

return header
