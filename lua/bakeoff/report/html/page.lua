--- report.html: a report's document as one self-contained file. Charts are embedded as SVG, the only script
-- sorts and copies tables and zooms, and a policy in the page forbids every other script and every
-- connection.

local blocks = require "bakeoff.report.html.blocks"
local choice = require "bakeoff.report.html.choice"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local header = require "bakeoff.report.html.header"
local inline = require "bakeoff.report.inline"

local page = {}

local escape = inline.escape

local function asset(name)
   return assert(files.read(("%s/share/lua/5.4/bakeoff/report/html/%s"):format(core.prefix(), name)))
end

local HEAD = [[
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="bakeoff %s">
<title>%s</title>
<style>
%s</style>
</head>
]]

local POLICY = "default-src 'none'; style-src 'unsafe-inline'; %s%sbase-uri 'none'; form-action 'none'"

-- Print uses the light colours whatever the screen uses: paper is white.
local function colours_css(palette)
   local light, dark = palette:declarations(1), palette:declarations(2)
   return (":root{%s}\n@media screen and (prefers-color-scheme: dark){:root{%s}}\n"):format(light, dark)
end

--- The page's head. spec: { title, palette (or nil), script (a text, or nil), css = rules besides those of
-- every page (or nil), has_images = true if the body has pictures with data: addresses }.
function page.head(spec)
   local hash = spec.script and ("script-src 'sha256-%s'; "):format(assert(core.sha256_base64(spec.script)))
   local css = asset "page.css" .. (spec.css or "") .. (spec.palette and colours_css(spec.palette) or "")
   local policy = POLICY:format(hash or "", spec.has_images and "img-src data:; " or "")
   return HEAD:format(policy, core.version, escape(spec.title), css)
end

--- A whole page, whose tables can be sorted. spec: as for page.head, where `script` is what the page has
-- besides that, or nil; body: HTML.
function page.whole(spec, body)
   spec.script = asset "sort.js" .. (spec.script or "")
   return ("%s<body>\n%s<script>%s</script>\n</body>\n</html>\n"):format(page.head(spec), body, spec.script)
end

-- What a link leads to is inside the folded part, so that browsers unfold it.
local FOLDED = '<section class="folded"><details><summary><h2>%s</h2>%s</summary>\n<div id="%s">\n%s</div>'
   .. "</details></section>\n"
local OPEN = '<section id="%s"%s>\n<h2>%s</h2>\n%s</section>\n'

local function hint_html(section)
   return section.hint and (' <span class="hint">%s</span>'):format(escape(section.hint)) or ""
end

local function section_html(section, context)
   local inside, title = blocks.list(section.blocks, context), escape(section.title)
   if section.folded then
      return FOLDED:format(title, hint_html(section), section.id, inside)
   end
   return OPEN:format(section.id, section.tone and (' class="%s"'):format(section.tone) or "", title, inside)
end

-- Shorter names of sections: a screen has one line for the contents.
local SHORT = { results = "Results", ["inside-one-trial"] = "One trial", ["times-in-detail"] = "Times",
   method = "Method" }

local function contents(document)
   local parts = {}
   for index, section in ipairs(document.sections) do
      parts[index] = ('<a href="#%s">%s</a>'):format(section.id, escape(SHORT[section.id] or section.title))
   end
   return '<nav aria-label="Contents">' .. table.concat(parts, "\n") .. "</nav>\n"
end

local BAR = '<div class="bar">\n%s%s</div>\n%s'

-- What stays in view: the contents, and the choice of contenders.
local function bar(document, palette, chosen)
   return BAR:format(contents(document), chosen:controls(palette), chosen:note())
end

local function footer(document)
   local foot = {}
   for index, part in ipairs(document.foot) do
      foot[index] = "<span>" .. escape(part) .. "</span>"
   end
   return ('<footer class="facts">%s</footer>\n'):format(table.concat(foot, "\n"))
end

--- The text of report.html. pictures: name of a chart → HTML (pictures.lua); palette: the charts' colours;
-- chosen: the choice of contenders (choice.lua), or nil.
function page.of(document, pictures, palette, chosen)
   chosen = chosen or choice.of { cells = {} }
   local context, parts = { pictures = pictures, figures = 0, choice = chosen }, {}
   for index, section in ipairs(document.sections) do
      parts[index] = section_html(section, context)
   end
   local above = header.of(document, pictures, chosen) .. bar(document, palette, chosen)
   local spec = { title = document.title .. " – bakeoff", palette = palette, css = chosen:css(palette),
      script = asset "report.js" .. asset "zoom.js" }
   return page.whole(spec, above .. "<main>\n"
      .. table.concat(parts) .. "</main>\n" .. footer(document))
end

return page
