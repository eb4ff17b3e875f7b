-- A notebook over the invented runs, with every kind of cell and output.

-- %% [markdown]
-- # Who crawls fastest?
--
-- With 16 workers, threads need {{ crawl and 1 or "nothing known yet" }} and \{{ braces }}.
-- The `title` has *marks* and a [link](https://example.org).

-- %% The results tags=["hide-input"]
local bake = require "bakeoff"
local crawl = bake.load "crawl"

-- %% [markdown] About numbers
-- Threads need {{ crawl:ratio("threads", "eventloop", 16) }} of the loop's time, and
-- {{ crawl:value("threads", 16, "footprint_peak") }} of memory; {{ crawl:value(
-- "eventloop", 4, "requests") }} at four workers; {{ 1 / 3 }}, {{ "text" }}.

-- %%
print("printed", 1, nil)
io.write("a ", 2, "\n")
bake.show(0.1 + 0.2)
print "```"

-- %%
crawl:table { figures = { "total", "footprint_peak", "requests" }, workers = { 4 } }

-- %%
crawl:chart "speed"

-- %% Values of a script
bake.show({ "one", 2, { 3 } }, { b = 2, a = "x|y" })
bake.show { { name = "first", s = 1.5 }, { name = "<b>", s = 20 } }

-- %% tags=["remove-input"]
print "without its code"

-- %%
crawl:claim("the loop is faster than one after the other", "total(eventloop, 16) < total(sequential)")
crawl:claim("the loop is faster than threads", "total(eventloop, 16) < total(threads, 16)")
crawl:claim("the loop needs no memory", "footprint_peak(eventloop, 16) < 1MiB")
crawl:claim("coroutines are as fast", "total(coroutines, 16) < total(eventloop, 16)")

-- %% [raw]
-- for another program

-- %% A cell that fails
print "before"
local function inner() return crawl:chart "sped" end
inner()

-- %%
print "never"
