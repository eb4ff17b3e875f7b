--- The registry of further forms of a page. A new one is an entry of LIST; its module has of(woven) → text.
--
--    option   --NAME of `bakeoff notebook run`
--    ending   of the file beside x.md
--    about    one line for the help
--    png      true: it shows charts as PNG (`png` of their outputs)

local writers = {}

writers.LIST = {
   { option = "html", ending = ".html", module = "bakeoff.notebook.html.page",
      about = "Also write x.html: one file with everything in it" },
   { option = "ipynb", ending = ".ipynb", module = "bakeoff.notebook.ipynb", png = true,
      about = "Also write x.ipynb, for Jupyter" },
}

--- The writers whose options are set. settings: name → value
function writers.wanted(settings)
   local list = {}
   for _, writer in ipairs(writers.LIST) do
      list[#list + 1] = settings[writer.option] and writer or nil
   end
   return list
end

return writers
