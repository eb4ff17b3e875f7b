--- Text cells as HTML. md4c reads the Markdown (bakeoff.core); every text of it is escaped here, so raw HTML
-- and scripts in a text cell are shown as text.

local addresses = require "bakeoff.notebook.html.addresses"
local core = require "bakeoff.core"
local highlight = require "bakeoff.notebook.html.highlight"
local inline = require "bakeoff.report.inline"

local markdown = {}

local escape = inline.escape

local TAGS = { quote = "blockquote", bullets = "ul", numbers = "ol", item = "li", paragraph = "p",
   head = "thead", body = "tbody", row = "tr", title = "th", cell = "td", stress = "em", strong = "strong",
   code = "code", deleted = "del" }

local function put(state, html) state.out[#state.out + 1] = html end

-- What follows goes into a list of its own, until `taken` gives it back.
local function aside(state)
   state.outer[#state.outer + 1] = state.out
   state.out = {}
end

local function taken(state)
   local html = table.concat(state.out)
   state.out = table.remove(state.outer)
   return html
end

-- "How much?" → "section-how-much", and a number behind it if the page has that already
local function new_id(text, ids, numbers)
   local words = text:lower():gsub("<[^>]*>", ""):gsub("&#?%w+;", ""):gsub("[^%w\x80-\xff]+", "-")
   local base = "section-" .. words:gsub("^%-", ""):gsub("%-$", "")
   local id, number = base, numbers[base] or 1 -- a page may have many headings of one name
   while ids[id] do
      number = number + 1
      id = ("%s-%d"):format(base, number)
   end
   ids[id], numbers[base] = true, number
   return id
end

local function close_heading(state)
   local inside, level = taken(state), table.remove(state.levels)
   local id = new_id(inside, state.context.ids, state.context.numbers)
   local text = inside:gsub("<[^>]*>", "")
   table.insert(state.context.contents, { level = level, id = id, title = text })
   put(state, ('<h%d id="%s">%s</h%d>\n'):format(level, id, inside, level))
end

local function close_fence(state)
   local text = table.concat(state.out)
   taken(state)
   local language = table.remove(state.languages)
   local html = language == "lua" and highlight.lua(text) or inline.escape_lines(text)
   put(state, ("<pre><code>%s</code></pre>\n"):format(html))
end

-- A picture that can't be part of the page becomes a link: the page opens no connections.
local function close_image(state)
   local label, written = taken(state), table.remove(state.images)
   local data = addresses.picture(written, state.context.folder)
   local link = addresses.link(written)
   if data then
      state.context.has_images = true
      put(state, ('<img src="%s" alt="%s">'):format(data, label))
   elseif link and link ~= "" and state.links == 0 then
      put(state, ('<a href="%s">%s</a>'):format(escape(link), label ~= "" and label or escape(link)))
   else
      put(state, label)
   end
end

local function open_link(state, piece)
   local address = addresses.link(piece.address or "")
   local title = piece.title and (' title="%s"'):format(escape(addresses.decoded(piece.title))) or ""
   state.links = state.links + 1
   state.is_link[state.links] = address ~= nil
   put(state, address and ('<a href="%s"%s>'):format(escape(address), title) or "")
end

local function close_link(state)
   put(state, state.is_link[state.links] and "</a>" or "")
   state.links = state.links - 1
end

-- Elements that need more than a tag.
local OPEN = {
   heading = function(state, piece)
      table.insert(state.levels, piece.number)
      aside(state)
   end,
   fence = function(state, piece)
      table.insert(state.languages, piece.language or "")
      aside(state)
   end,
   image = function(state, piece)
      table.insert(state.images, piece.address or "")
      aside(state)
   end,
   link = open_link,
   rule = function(state) put(state, "<hr>\n") end,
   table = function(state) put(state, '<div class="scroll" tabindex="0" role="region"><table>\n') end,
   numbers = function(state, piece) put(state, ('<ol start="%d">\n'):format(piece.number)) end,
   item = function(state, piece)
      local marks = { [0] = "\u{2610} ", "\u{2611} " }
      put(state, "<li>" .. (marks[piece.number] or ""))
   end,
}

local CLOSE = { heading = close_heading, fence = close_fence, image = close_image, link = close_link,
   rule = function() end, table = function(state) put(state, "</table></div>\n") end }

local BLOCKS = { quote = true, bullets = true, numbers = true, item = true, paragraph = true, head = true,
   body = true, row = true }

local function open(state, piece)
   local align = piece.align and (' class="%s"'):format(piece.align) or ""
   if OPEN[piece.kind] then
      OPEN[piece.kind](state, piece)
   else
      put(state, ("<%s%s>"):format(TAGS[piece.kind], align))
   end
end

local function close(state, piece)
   if CLOSE[piece.kind] then
      CLOSE[piece.kind](state, piece)
   else
      put(state, ("</%s>%s"):format(TAGS[piece.kind], BLOCKS[piece.kind] and "\n" or ""))
   end
end

local TEXTS = {
   plain = escape, verbatim = escape,
   ["break"] = function() return "<br>\n" end,
   line = function() return "\n" end,
   entity = function(text)
      local character = addresses.entity(text)
      return character and escape(character) or text -- md4c lets only names of letters and digits pass
   end,
}

local function text(state, piece)
   if #state.languages > 0 then
      put(state, piece.text) -- close_fence escapes it
   elseif #state.images > 0 then
      put(state, piece.kind == "entity" and TEXTS.entity(piece.text) or escape(piece.text))
   else
      put(state, TEXTS[piece.kind](piece.text))
   end
end

local WHAT = { open = open, close = close, text = text }

-- The text of a picture stands in an attribute, which has no elements.
local function is_left_out(state, piece)
   return #state.images > 0 and piece.what ~= "text" and piece.kind ~= "image"
end

--- A text cell's Markdown as HTML. context: { folder = of the notebook; ids = set of the ids in the page;
-- contents = list, to which { level, id, title as HTML } of each heading are added }. Sets
-- context.has_images if a picture became part of the page.
function markdown.html(source, context)
   context.numbers = context.numbers or {}
   local state = { context = context, out = {}, outer = {}, levels = {}, languages = {}, images = {},
      links = 0, is_link = {} }
   for _, piece in ipairs(assert(core.markdown_parse(source))) do
      if not is_left_out(state, piece) then
         WHAT[piece.what](state, piece)
      end
   end
   return table.concat(state.out)
end

return markdown
