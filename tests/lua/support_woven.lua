--- A woven notebook as the weaving makes it, with every kind of cell and output, for tests of the pages.

local woven = {}

local TEXT = [[
# Threads, processes or a loop?

An **event loop** is 9.2 times as fast as [one after the other](#section-method). Sizes in KiB:

| model | size |
|:--|--:|
| loop | 12 |
| threads | 40 |

```lua
local x = 1 -- one
```
]]

-- An SVG file with what gnuplot's drawings consist of.
local DRAWING = [[
<?xml version="1.0" encoding="utf-8"  standalone="no"?>
<svg width="600" height="300" viewBox="0 0 600 300" xmlns="http://www.w3.org/2000/svg">
<title>Gnuplot</title><desc>Produced by GNUPLOT</desc>
<defs><circle id='gpDot' r='0.5' stroke-width='0.5'/></defs>
<rect x="0" y="0" width="600" height="300" fill="#ffffff"/>
<g><path stroke='rgb(  0, 114, 178)' d='M10,10 L590,290'/>
<g transform="translate(300,150)" stroke="none" fill="%s"><text><tspan>speed</tspan></text></g></g>
</svg>
]]

--- The drawings of the notebook's chart: name → text.
function woven.drawings()
   return { ["x.files/speed.svg"] = DRAWING:format "#1f1f1f",
      ["x.files/speed.dark.svg"] = DRAWING:format "#e8e8e8" }
end

local function claim(says, verdict)
   return { says = says, condition = "total(eventloop, 100) < total(threads, 100)", verdict = verdict,
      found = "0.61 [0.58, 0.64]", cell = 3, line = 20, p = 0.004 }
end

local function cell(kind, number, lines, source, outputs)
   return { kind = kind, number = number, tags = {}, marker_line = lines[1] - 1, first_line = lines[1],
      last_line = lines[2],
      source = source, text = kind == "markdown" and source or nil, outputs = outputs }
end

local CODE = [[
local a = 1
local b = 'two'

if a < 2 then
   print(b)
end]]

local function table_block()
   return { kind = "table", title = "t", columns = { { title = "a" }, { title = "b", right = true } },
      rows = { { "one", "1" } } }
end

local function results_of(claims)
   return {
      { kind = "chart", name = "speed", run = "downloads", alt = "A loop is fastest",
         files = { light = "x.files/speed.svg", dark = "x.files/speed.dark.svg" } },
      { kind = "blocks", blocks = { table_block() } },
      { kind = "claim", claim = claims[1] },
      { kind = "claim", claim = claims[2] },
      { kind = "claim", claim = claims[3] },
   }
end

local function cells_of(claims)
   local cells = {
      cell("markdown", 1, { 1, 14 }, TEXT),
      cell("code", 2, { 15, 21 }, CODE, { { kind = "printed", text = "two <three>\nfour\n" },
         { kind = "value", text = "42" } }),
      cell("code", 3, { 22, 23 }, "chart()\nclaims()", results_of(claims)),
      cell("markdown", 4, { 24, 30 }, "## Method\n\nAll in one day."),
      cell("raw", 5, { 31, 32 }, "for another program"),
   }
   cells[2].title = "the experiment"
   return cells
end

--- → woven notebook in `folder`. changes: fields that differ
function woven.make(folder, changes)
   local claims = { claim("a loop is faster than threads", "held"),
      claim("threads need <no> memory", "not_shown"), claim("processes are smallest", "refuted") }
   local notebook = { path = folder .. "/x.lua", folder = folder, name = "x",
      title = "Threads, processes or a loop?", status = "complete", runs = {}, claims = claims,
      cells = cells_of(claims) }
   for name, value in pairs(changes or {}) do
      notebook[name] = value
   end
   return notebook
end

--- The cells of a notebook whose second cell failed.
function woven.failed_cells()
   return {
      cell("markdown", 1, { 1, 2 }, "# F"),
      cell("code", 2, { 3, 9 }, CODE, { { kind = "printed", text = "before\n" },
         { kind = "error", message = "x.lua:4: attempt to call a nil value (global 'a')", line = 4,
            traceback = "stack traceback:\n\t[C]: in ?" } }),
      cell("code", 3, { 10, 10 }, "after()", {}),
   }
end

return woven
