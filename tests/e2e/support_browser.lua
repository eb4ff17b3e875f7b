--- A headless Chromium for tests of pages: what it is called here, and what it makes of a file.
-- It has no network: every name resolves to nothing.

local core = require "bakeoff.core"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local support = dofile(here .. "support_command.lua")

local browser = {}

local NAMES = { "chromium", "chromium-browser", "google-chrome" }
local LIMIT_S = 120 -- for what takes a second or two on an idle machine

--- Why there is none; for lu.skipIf.
browser.MISSING = "no Chromium is installed (package chromium)"

--- The program's path; nil where there is none.
function browser.find()
   for _, name in ipairs(NAMES) do
      local path = core.program_find(name)
      if path then
         return path
      end
   end
end

--- Runs it on a file; `profile` is a folder for what it leaves behind. → { stdout, stderr, code }
function browser.run(page, profile, ...)
   local words = { "timeout", ("%d"):format(LIMIT_S), browser.find(), "--headless=new", "--no-sandbox",
      "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage", "--no-first-run",
      "--host-resolver-rules=MAP * ~NOTFOUND",
      "--allow-file-access-from-files", "--virtual-time-budget=3000", "--user-data-dir=" .. profile, ... }
   words[#words + 1] = "file://" .. page
   return support.run(words)
end

return browser
