--- Closes what a text cell leaves open: a fence, or HTML that would go on to the end of the page, such as a
-- comment. Each text cell is a document of its own, as in Jupyter; on one page, what it leaves open would
-- swallow all cells after it, also claims that are refuted.

local core = require "bakeoff.core"

local closed = {}

-- Starts of HTML that ends only at a certain text (CommonMark 0.31, section 4.6, kinds 1 to 5).
local HTML = { { "^<!%-%-", "-->" }, { "^<%?", "?>" }, { "^<!%[cdata%[", "]]>" }, { "^<!%a", ">" } }
for _, name in ipairs { "script", "pre", "style", "textarea" } do
   table.insert(HTML, { "^<" .. name .. "%f[%s>\0]", ("</%s>"):format(name) })
end

-- The text at which HTML ends that a line leaves open; nil if it leaves none open.
local function html_in(start)
   for _, kind in ipairs(HTML) do
      local _, last = start:find(kind[1])
      if last then
         return not start:find(kind[2], 3, true) and kind[2] or nil
      end
   end
end

-- The fence that a line opens; nil if it opens none.
local function fence_in(start)
   local fence = start:match "^```+%f[^`][^`]*$" or start:match "^~~~+"
   return fence and fence:match "^[`~]+"
end

-- Does a line close this fence?
local function closes(start, fence)
   local found = start:match "^([`~]+)%s*$"
   return found ~= nil and found:sub(1, 1) == fence:sub(1, 1) and #found >= #fence
         and found == found:sub(1, 1):rep(#found)
end

-- → the fence and the end of HTML that a text leaves open, if its lines are in no list
local function left_open(text)
   local fence, html
   for line in (text .. "\n"):gmatch "([^\n]*)\n" do
      local start = line:match "^ ? ? ?(%S.*)$" or ""
      if html then
         html = not line:lower():find(html, 1, true) and html or nil
      elseif fence then
         fence = not closes(start, fence) and fence or nil
      else
         fence, html = fence_in(start), html_in(start:lower())
      end
   end
   return fence, html
end

-- Would a paragraph after the text be within a fence? A fence in a list ends with the list.
local function is_in_fence(text)
   local depth, at_end = 0, 0
   for _, piece in ipairs(assert(core.markdown_parse(text .. "\n\nend"))) do
      if piece.kind == "fence" then
         depth = depth + (piece.what == "open" and 1 or -1)
      elseif piece.what == "text" then
         at_end = depth
      end
   end
   return at_end > 0
end

--- A text cell's Markdown; what comes after it on a page is outside of its fences and HTML.
function closed.text(text)
   local fence, html = left_open(text)
   if html then
      return text .. "\n" .. html
   elseif fence and is_in_fence(text) then
      return text .. "\n" .. fence
   end
   return text
end

return closed
