--- One look per contender, everywhere: colour, marker and dash, as model/contender.lua has them, and looks
-- derived from those for variants of a contender and for programs.

local cell_type = require "bakeoff.model.cell"
local contender_type = require "bakeoff.model.contender"

local style = {}

-- Marker → the hollow one of the same shape.
local HOLLOW = { [9] = 8, [7] = 6, [5] = 4, [13] = 12, [11] = 10, [15] = 14, [3] = 2 }
local OTHER_MARKERS = { 1, 2, 3 } -- plus, cross, star: for further variants
local VARIANT_DASHES = { 3, 2, 4 }
-- Of black (on dark paper of white) in a variant's lines and markers, in turn: far enough apart for grey
-- print, and the hue can still be seen. Markers and dashes tell further ones apart.
local SHARES = { 0.28, 0.5 }
local TINT = 0.5 -- of paper in a variant's bars: trials and intervals on them stay visible
local PAPER, DARK_PAPER = 0xffffff, 0x15181d
local APART = 0.012 -- of further variants: the eye can't tell them apart, but report.html can hide each

-- Mixes a colour with another, share from 0 (first) to 1.
local function mix(a, b, share)
   local result = 0
   for shift = 16, 0, -8 do
      local from, to = (a >> shift) & 0xff, (b >> shift) & 0xff
      result = result | math.floor(from + (to - from) * share + 0.5) << shift
   end
   return result
end

-- The n-th variant of one model: 0 is the plain one. The lines of the others have more contrast to the paper,
-- since a paler line would hardly be visible, another dash and another marker. Bars stand beside their names,
-- so one paler colour serves them all.
local function variant(model, n)
   if n == 0 then
      return model
   end
   local share = math.min(SHARES[(n - 1) % #SHARES + 1] + (n - 1) // #SHARES * APART, 1)
   local dash = VARIANT_DASHES[(n - 1) % #VARIANT_DASHES + 1]
   return {
      light = mix(model.light, 0x000000, share), dark = mix(model.dark, 0xffffff, share),
      marker = n == 1 and HOLLOW[model.marker] or OTHER_MARKERS[(n - 2) % #OTHER_MARKERS + 1],
      dash = dash == model.dash and 5 or dash,
      bar = { light = mix(model.light, PAPER, TINT), dark = mix(model.dark, DARK_PAPER, TINT) },
   }
end

-- If a run has only programs and no entry names a model, colours only tell programs apart: each gets a
-- different one, whatever its label suggests.
local STRANGERS = contender_type.looks()

local function are_strangers(cells)
   for _, cell in ipairs(cells) do
      if not cell_type.is_program(cell) or cell.model then
         return false
      end
   end
   return true
end

local function looks_of_strangers(cells)
   local looks, count = {}, 0
   for _, cell in ipairs(cells) do
      if not looks[cell.label] then
         looks[cell.label] = variant(STRANGERS[count % #STRANGERS + 1], count // #STRANGERS)
         count = count + 1
      end
   end
   return looks
end

--- The colours of a look's bars.
function style.of_bar(look) return look and (look.bar or look) end

--- label → { light, dark, marker, dash, bar } for all of an experiment's labels, in plan order, so that a
-- contender has the same look in every chart of a run. form: the manifest's.
function style.looks(cells, form)
   if form == "command" and are_strangers(cells) then
      return looks_of_strangers(cells)
   end
   local looks, used = {}, {}
   for _, native in ipairs { true, false } do
      for _, cell in ipairs(cells) do
         local is_native = contender_type.is_model(cell.contender)
         if is_native == native and not looks[cell.label] then
            local name = cell_type.model_of(cell)
            local n = used[name] or (native or name == "other") and 0 or 1
            looks[cell.label] = variant(contender_type.of(name).look, n)
            used[name] = n + 1
         end
      end
   end
   return looks
end

local BLACK, WHITE = 0x000000, 0xffffff
-- How templates mix a look's colour with the paper, or with what is furthest from it: shares in the light and
-- in the dark theme (wording, deep, pale: style.gp; faint, band: panels.gp; densities: distribution.gp).
local TO_FAR, TO_PAPER = { { 0, 0 }, { 0.35, 0.35 }, { 0.45, 0.45 } },
   { { 0.60, 0.60 }, { 0.66, 0.55 }, { 0.88, 0.80 }, { 0.82, 0.82 } }

local function add_tints(tints, look)
   for _, shares in ipairs(TO_FAR) do
      tints[#tints + 1] = { mix(look.light, BLACK, shares[1]), mix(look.dark, WHITE, shares[2]) }
   end
   for _, shares in ipairs(TO_PAPER) do
      tints[#tints + 1] = { mix(look.light, PAPER, shares[1]), mix(look.dark, DARK_PAPER, shares[2]) }
   end
end

--- All colours in which templates draw what has this look: { { light, dark }, … }, its own first.
function style.tints(look)
   local tints = {}
   add_tints(tints, look)
   if look.bar then
      add_tints(tints, look.bar)
   end
   return tints
end

--- Assignments of colours, one per element of a list. look_of(element): its look, or nil (black).
function style.colour_vars(list, look_of)
   local light, dark = {}, {}
   for index, one in ipairs(list) do
      local look = look_of(one) or {}
      light[index], dark[index] = look.light or 0, look.dark or 0
   end
   return { { "light", light }, { "dark", dark } }
end

return style
