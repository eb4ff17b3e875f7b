--- A report's document (document.lua) as Markdown.

local inline = require "bakeoff.report.inline"
local text_table = require "bakeoff.base.text_table"

local markdown = {}

local function add(lines, ...)
   for _, text in ipairs { ... } do
      lines[#lines + 1] = text
   end
end

local function add_items(lines, items, indent)
   for _, item in ipairs(items) do
      add(lines, indent .. "- " .. inline.markdown(item))
      if item.items then
         add_items(lines, item.items, indent .. "  ")
      end
   end
end

local BLOCKS

local function add_blocks(lines, blocks)
   for _, block in ipairs(blocks) do
      add(lines, "")
      BLOCKS[block.kind](lines, block)
   end
end

BLOCKS = {
   text = function(lines, block) add(lines, inline.markdown(block.text)) end,
   list = function(lines, block) add_items(lines, block.items, "") end,
   code = function(lines, block) add(lines, "    " .. (block.text:gsub("\n", "\n    "))) end,
   table = function(lines, block)
      add(lines, table.unpack(text_table.markdown(block.columns, block.rows)))
   end,
   heading = function(lines, block) add(lines, "### " .. text_table.markdown_text(block.text)) end,
   folded = function(lines, block)
      add(lines, "### " .. text_table.markdown_text(block.title))
      add_blocks(lines, block.blocks)
   end,
   facts = function(lines, block)
      for _, pair in ipairs(block.pairs) do
         add(lines, ("- %s: %s"):format(text_table.markdown_text(pair[1]), text_table.markdown_text(pair[2])))
      end
   end,
   figure = function(lines, block)
      add(lines, ("![%s](%s)"):format(text_table.markdown_label(block.chart.title),
         block.chart.svg or block.chart.pictures[1]))
   end,
}

--- The Markdown of a list of blocks, one after the other.
function markdown.blocks(list)
   local lines = {}
   for index, block in ipairs(list) do
      add(lines, index > 1 and "" or nil)
      BLOCKS[block.kind](lines, block)
   end
   return table.concat(lines, "\n") .. "\n"
end

-- "- Peak memory: **8.40 MiB**; event loop; processes: 45.9 MiB."
local function tile_line(tile)
   local parts = { ("- %s: **%s**"):format(tile.name, text_table.markdown_text(tile.value)) }
   for index, note in ipairs(tile.notes) do
      parts[index + 1] = text_table.markdown_text(note)
   end
   return table.concat(parts, tile.has_sentences and ". " or "; ") .. "."
end

--- The text of report.md.
function markdown.of(document)
   local lines = { "# " .. text_table.markdown_text(document.title), "",
      "**" .. text_table.markdown_text(document.finding) .. ".**", "" }
   for _, tile in ipairs(document.tiles) do
      add(lines, tile_line(tile))
   end
   add(lines, "", text_table.markdown_text(table.concat(document.foot, " · ")) .. ".")
   for _, section in ipairs(document.sections) do
      add(lines, "", "## " .. section.title)
      add_blocks(lines, section.blocks)
   end
   return table.concat(lines, "\n") .. "\n"
end

return markdown
