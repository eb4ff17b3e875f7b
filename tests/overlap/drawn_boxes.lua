--- Draws charts from their .gp, and the boxes of the texts of the PNG and the PDF, as Pango lays them out
-- (text_boxes.c).

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"

local drawn_boxes = {}

local LIMIT_S = 60
local LIBRARY = os.getenv "BAKEOFF_BUILD" .. "/bin/text_boxes.so"

local LINE = "^(%a+) (%d+) (%S+) (%S+) (%S+) (%S+) ?(.*)$"

-- The lines of text_boxes.c: kind → list of { text, left, top, right, bottom, unknown = number of characters
-- that no font has }.
local function read(path)
   local found = { png = {}, pdf = {} }
   for line in (files.read(path) or ""):gmatch("[^\n]+") do
      local kind, unknown, left, top, right, bottom, text = line:match(LINE)
      if text:find("%S") then
         table.insert(found[kind], { text = text, unknown = tonumber(unknown), left = tonumber(left),
            top = tonumber(top), right = tonumber(right), bottom = tonumber(bottom) })
      end
   end
   return found
end

local function size_of_png(path)
   local head = assert(files.read(path)):sub(17, 24)
   return string.unpack(">I4I4", head)
end

local function size_of_pdf(path)
   local width, height = assert(files.read(path)):match("/MediaBox %[ 0 0 ([%d.]+) ([%d.]+) %]")
   return tonumber(width), tonumber(height)
end

--- Draws NAME.gp of a folder as SVG, PNG and PDF beside it. → { png, pdf }, each { width, height, texts } as
-- in browser_boxes.lua (pixels of the PNG, points of the PDF)
function drawn_boxes.draw(folder, name, theme)
   local log = folder .. "/texts.log"
   os.remove(log)
   local result = assert(core.command { cwd = folder, timeout = LIMIT_S, dies_with_us = true, argv = {
      "env", "LD_PRELOAD=" .. LIBRARY, "TEXT_BOXES=" .. log, "gnuplot", "-d", "-e",
      ("theme = '%s'; formats = 'svg png pdf'"):format(theme), name .. ".gp" } })
   assert(result.code == 0, result.stderr)
   local texts, path = read(log), folder .. "/" .. name
   local png, pdf = { texts = texts.png }, { texts = texts.pdf }
   png.width, png.height = size_of_png(path .. ".png")
   pdf.width, pdf.height = size_of_pdf(path .. ".pdf")
   return { png = png, pdf = pdf }
end

return drawn_boxes
