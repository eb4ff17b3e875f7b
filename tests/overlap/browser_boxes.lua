--- The boxes of the texts of SVGs, as Chromium draws them.

local covered = require "covered"
local source = os.getenv "BAKEOFF_SOURCE"
local browser = dofile(source .. "/tests/e2e/support_browser.lua")
local files = require "bakeoff.base.files"
local json = require "bakeoff.base.json"

local browser_boxes = {}

local PAGE = '<!DOCTYPE html><meta charset="utf-8"><body>%s<script>%s</script></body>'

local function page_of(paths)
   local parts = {}
   for index, path in ipairs(paths) do
      local svg = assert(files.read(path)):gsub("^<%?xml.-%?>", "")
      parts[index] = '<div class="picture">' .. svg .. "</div>"
   end
   local script = assert(files.read(source .. "/tests/overlap/svg_boxes.js"))
   return PAGE:format(table.concat(parts), script)
end

local function decoded(dom)
   local found = dom:match('<pre id="boxes">(.-)</pre>') or ""
   local pictures, message = json.decode((found:gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&amp;", "&")))
   return assert(pictures, ("the page said %q (%s)"):format(found:sub(1, 300), message))
end

local function boxes_on_page(paths, folder)
   local path = folder .. "/texts.html"
   assert(files.write(path, page_of(paths)))
   local result = browser.run(path, folder .. "/profile", "--dump-dom")
   assert(result.code == 0, result.stderr)
   local pictures = decoded(result.stdout)
   assert(#pictures == #paths, "a picture is missing")
   for _, picture in ipairs(pictures) do
      for index, one in ipairs(picture.texts) do
         picture.texts[index] = { text = one.text, left = one.box[1], top = one.box[2], right = one.box[3],
            bottom = one.box[4], unknown = covered.missing(one.text) }
      end
   end
   return pictures
end

local MOST = 24 -- pictures on one page: a busy machine gives a larger one too little time

--- paths: of SVGs; folder: for the page and the browser's own files. → one entry per path, in their order:
-- { width, height, texts = list of { text, left, top, right, bottom, unknown } (pixels) }
function browser_boxes.of(paths, folder)
   local all = {}
   for first = 1, #paths, MOST do
      local some = table.move(paths, first, math.min(first + MOST - 1, #paths), 1, {})
      for _, picture in ipairs(boxes_on_page(some, folder)) do
         all[#all + 1] = picture
      end
   end
   return all
end

return browser_boxes
