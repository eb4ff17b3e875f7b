--- The pages that show the gallery: which pictures they need dark, too, and the summaries printed on them.

local files = require "bakeoff.base.files"

local pages = { NAMES = { "README.md", "plots/GALLERY.md" } }

--- The pictures that the pages show in both themes: folder → list of charts, in the pages' order.
function pages.pictures(source)
   local shown, seen = {}, {}
   for _, page in ipairs(pages.NAMES) do
      for folder, chart in assert(files.read(source .. "/" .. page)):gmatch(
         "gallery/([%w_]+)/charts/([%w_]+)%.dark%.svg") do
         local key = folder .. "/" .. chart
         shown[folder] = shown[folder] or {}
         if not seen[key] then
            table.insert(shown[folder], chart)
         end
         seen[key] = true
      end
   end
   return shown
end

local BLOCK = "(<!%-%- gallery: bakeoff report plots/gallery/([%w_]+) %-%->\n```\n)(.-)(```\n)"

--- The text of a page with these summaries (folder → text) in its blocks
--
--    <!-- gallery: bakeoff report plots/gallery/tickets -->
--    ```
--    …
--    ```
function pages.with_summaries(text, said)
   return (text:gsub(BLOCK, function(head, folder, old, tail)
      return head .. (said[folder] or old) .. tail
   end))
end

return pages
