--- The page x.md of a woven notebook, for forges: GitHub's Markdown, with pictures that follow the reader's
-- theme, and claims as coloured notes. It holds nothing that changes from one weaving to the next unless the
-- results do.

local claim_text = require "bakeoff.gate.claim_text"
local closed = require "bakeoff.notebook.closed"
local files = require "bakeoff.base.files"
local inline = require "bakeoff.report.inline"
local owned = require "bakeoff.notebook.owned"
local markdown = require "bakeoff.report.markdown"
local rows = require "bakeoff.runs.rows"
local tags = require "bakeoff.notebook.tags"
local text = require "bakeoff.base.text"
local text_table = require "bakeoff.base.text_table"
local tokens = require "bakeoff.notebook.tokens"

local page = {}

-- More backticks than stand together anywhere in the text.
local function ticks_around(content, least)
   local longest = least - 1
   for ticks in content:gmatch "`+" do
      longest = math.max(longest, #ticks)
   end
   return ("`"):rep(longest + 1)
end

local function fenced(language, content)
   local fence = ticks_around(content, 3)
   return ("%s%s\n%s\n%s\n"):format(fence, language, content:gsub("\n$", ""), fence)
end

-- A text as code within a sentence.
local function code(content)
   local ticks, space = ticks_around(content, 1), content:find("`", 1, true) and " " or ""
   return ticks .. space .. content:gsub("%s+", " ") .. space .. ticks
end

local function quoted(lines)
   return ("\n" .. table.concat(lines, "\n")):gsub("\n", "\n> "):gsub("> \n", ">\n"):sub(2) .. "\n"
end

local escape = text_table.markdown_text

local PICTURE = [[
<picture>
  <source media="(prefers-color-scheme: dark)" srcset="%s">
  <img alt="%s" src="%s">
</picture>
]]

-- Addresses in HTML: spaces and signs that would end the attribute.
local function address(path)
   return (path:gsub("[^%w%-._~/]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

local function chart(output)
   local alt = output.alt or output.name
   if not output.files.light then
      return ("*%s (not drawn)*\n"):format(escape(alt))
   end
   return PICTURE:format(address(output.files.dark or output.files.light), inline.escape(alt),
      address(output.files.light))
end

-- Kinds of notes that forges colour green, amber and red.
local NOTES = { held = "TIP", not_shown = "WARNING", refuted = "CAUTION" }

local function claim(output)
   local one = output.claim
   local lines = { ("[!%s]"):format(NOTES[one.verdict]),
      ("**%s:** %s"):format(text.capital(claim_text.word(one)), escape(one.says)), "",
      ("%s: %s"):format(code(one.condition), escape(claim_text.detail(one))) }
   return quoted(lines)
end

local function failed(output, cell)
   local place = output.line and (", line %d"):format(output.line) or ""
   local lines = { "[!CAUTION]", ("**Cell %d%s failed:** %s"):format(cell.number, place,
      escape(output.message)) }
   local trace = output.traceback and "\n" .. fenced("text", output.traceback) or ""
   return quoted(lines) .. trace
end

-- Progress bars end their lines with a carriage return.
local function lines_of(output) return fenced("text", (output.text:gsub("\r\n?", "\n"))) end

local OUTPUTS = {
   printed = lines_of, value = lines_of,
   blocks = function(output) return markdown.blocks(output.blocks) end,
   chart = chart, claim = claim, error = failed,
}

local FOLDED = "<details>\n<summary>%s</summary>\n\n%s\n</details>\n"

local function folded(summary, content) return FOLDED:format(inline.escape(summary), content) end

local function source_of(cell)
   if cell.source == "" or tags.has(cell, "remove-input", "remove-cell")
      or not cell.marker_line and #tokens.of(cell.source) == 0 then
      return nil
   end
   local source = fenced("lua", cell.source)
   return tags.has(cell, "hide-input", "hide-cell") and folded(cell.title or "Code", source) or source
end

local function add_outputs(parts, cell)
   local shown = {}
   for _, output in ipairs(cell.outputs or {}) do
      if output.kind == "error" or not tags.has(cell, "remove-output", "remove-cell") then
         shown[#shown + 1] = OUTPUTS[output.kind](output, cell)
      end
   end
   if #shown > 0 then
      local content = table.concat(shown, "\n")
      parts[#parts + 1] = tags.has(cell, "hide-output", "hide-cell") and folded("Output", content) or content
   end
end

local CELLS = {
   code = function(parts, cell)
      parts[#parts + 1] = source_of(cell)
      add_outputs(parts, cell)
   end,
   markdown = function(parts, cell)
      local is_shown = cell.text ~= "" and not tags.has(cell, "remove-cell")
      parts[#parts + 1] = is_shown and closed.text(cell.text) .. "\n" or nil
   end,
   raw = function() end, -- for other programs
}

-- "measured 2026-11-28 on Intel Xeon, 2 cores"
local function origin(run)
   local manifest = rows.decode(files.read(run.folder .. "/manifest.json") or "") or {}
   local cpu = (manifest.environment or {}).cpu or {}
   local parts = { "measured" }
   parts[#parts + 1] = run.started and run.started:match "^[%d-]+"
   parts[#parts + 1] = type(cpu.model) == "string" and "on " .. escape(cpu.model) or nil
   local cores = cpu.cores_allowed and (", %.0f cores"):format(cpu.cores_allowed) or ""
   return table.concat(parts, " ") .. cores
end

local function foot(woven)
   local lines = {}
   for index, run in ipairs(woven.runs) do
      local rows_at = run.folder:sub(1, #woven.folder + 1) == woven.folder .. "/"
         and run.folder:sub(#woven.folder + 2) or run.folder
      lines[index] = ("- [%s](%s): %s"):format(escape(run.name), address(rows_at), origin(run))
   end
   return #lines > 0 and "---\n\nRuns:\n\n" .. table.concat(lines, "\n") .. "\n" or nil
end

local FAILED = "This notebook failed: the cells after the failed one have not run."

--- The text of the page. woven: see README.md
function page.of(woven)
   local parts = { owned.head(woven.source) .. "\n" }
   if woven.status == "failed" then
      parts[2] = quoted { "[!CAUTION]", "**" .. FAILED .. "**" }
   end
   for _, cell in ipairs(woven.cells) do
      CELLS[cell.kind](parts, cell)
   end
   parts[#parts + 1] = foot(woven)
   return text.printable(table.concat(parts, "\n"))
end

return page
