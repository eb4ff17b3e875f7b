---@meta _

-- # Notebooks
-- A notebook is a script in cells: a line `-- %%` begins one of code, `-- %% [markdown]` one of text, whose
-- lines are comments. `bakeoff notebook run x.lua` writes the page `x.md` with what the cells show: what they
-- print, the values of their last statement if it is a call without a semicolon, and what they give to `bake.show`. Text cells
-- quote values of the script: `{{ results:value("threads", 8) }}`. Experiments are measured once and then
-- frozen. `bakeoff run x.lua` runs the same file as a plain script, and `bakeoff notebook --help` explains the
-- rest.

---@class bakeoff
local bake = {}

---Shows values on the page of a notebook; in a plain script it prints them. Results, their tables and charts
---are shown as such, other tables as a table, everything else as text. Nil is not shown. At most 100 rows of a
---table are shown.
---@param ... any
function bake.show(...) end
