--- The findings of four published comparisons of concurrency models, in our words; the figures are theirs.
--
-- Each has a source, its systems in order { id, construct, found }, and claims that can be checked against a
-- run (see init.lua):
--    { of = id, says = sentence,
--      holds = list of conditions in the language of gates, with ids for contenders,
--      why = { native = sentence, real = sentence }: the likely reason if a run does not agree }

local figures = {}

--- "About the same" and "about 17 s" allow this factor in either direction.
figures.ALIKE = 1.25

-- The conditions of "about as much", or of "about 17 s instead of 29 s": the quotient is near a ratio.
local function about(quotient, ratio)
   ratio = ratio or 1
   return { ("%s <= %.4g"):format(quotient, ratio * figures.ALIKE),
      ("%s >= %.4g"):format(quotient, ratio / figures.ALIKE) }
end

-- Likely reasons why a run does not agree.
local FORKS = "starting processes costs more than starting threads, which matters in a run of a second"
local IMPORTS = "start-up depends on what is imported, and matters in a run of a few seconds"

figures.A = {
   source = '"Parallelism Shootout: threads vs. multiple processes vs. asyncio" (talk, EuroPython 2015)',
   short = "the talk",
   systems = {
      { id = "A1", construct = "one loop: read URL, fetch, write", found = "the slowest" },
      { id = "A2", construct = "daemon threads, shared queue", found = "faster than A1" },
      { id = "A3", construct = "processes, shared queue", found = "about as A2" },
      { id = "A4", construct = "process pool, map", found = "about as A2" },
      { id = "A5", construct = "a coroutine per URL, one event loop", found = "about as A2" },
   },
   claims = {
      { of = "A1", holds = { "total(A1) > total(A2)", "total(A1) > total(A3)", "total(A1) > total(A4)",
         "total(A1) > total(A5)" },
         says = "sequential takes longest" },
      { of = "A2", holds = { "total(A2) < total(A1)" }, says = "threads are faster than sequential" },
      { of = "A3", holds = about("total(A3) / total(A2)"),
         says = "processes are about as fast as threads", why = { real = FORKS } },
      { of = "A4", holds = about("total(A4) / total(A2)"),
         says = "a process pool is about as fast as threads", why = { real = FORKS } },
      { of = "A5", holds = about("total(A5) / total(A2)"),
         says = "asyncio is about as fast as threads", why = { real = IMPORTS } },
   },
}

local PUBLISHED_GAIN = 17 / 29

figures.B = {
   source = '"Memory efficiency of parallel I/O operations in Python" (2018)',
   short = "the article",
   systems = {
      { id = "B1", construct = "synchronous", found = "29 s, memory flat: the reference" },
      { id = "B2", construct = "ThreadPoolExecutor", found = "17 s, significantly more memory" },
      { id = "B3", construct = "gevent (greenlets)", found = "speed and memory about as threads" },
      { id = "B4", construct = "asyncio + aiohttp", found = "speed about as threads, memory about as B1" },
   },
   claims = {
      { of = "B2", holds = about("total(B2) / total(B1)", PUBLISHED_GAIN),
         says = "threads take 17 s where one after the other takes 29 s" },
      { of = "B2", holds = { "footprint_peak(B2) > footprint_peak(B1)" },
         says = "threads need more memory than one after the other" },
      { of = "B3", holds = about("total(B3) / total(B2)"),
         says = "coroutines (gevent) are about as fast as threads",
         why = { real = IMPORTS } },
      { of = "B3", holds = about("footprint_peak(B3) / footprint_peak(B2)"),
         says = "coroutines (gevent) need about as much memory as threads",
         why = {
            native = "each thread has its own Lua state, stack and connection, while coroutines share one "
               .. "state and one loop",
            real = "gevent's modules, and everything that it patches, are loaded in addition to requests",
         } },
      { of = "B4", holds = about("total(B4) / total(B2)"),
         says = "an event loop (asyncio) is about as fast as threads", why = { real = IMPORTS } },
      { of = "B4", holds = about("footprint_peak(B4) / footprint_peak(B1)"),
         says = "an event loop (asyncio) needs about as much memory as one after the other",
         why = {
            native = "the interpreter is tiny, so the buffers and connections of all transfers in flight at "
               .. "once weigh more",
            real = "aiohttp's modules are larger than those of requests",
         } },
   },
}

-- C and D are about orders and shares, which their scripts measure themselves (sheet:outcome).
figures.C = {
   source = '"Combining Multiprocessing and Asyncio in Python for Performance Boosts" (2023)',
   short = "the article",
   systems = {
      { id = "C1", construct = "processes, start and join",
         found = "no return values; join blocks in start order" },
      { id = "C2", construct = "pool, apply", found = "one after the other" },
      { id = "C3", construct = "pool, apply_async and get", found = "results in submission order" },
      { id = "C4", construct = "process executor, results iterated", found = "results in submission order" },
      { id = "C5", construct = "event loop, run_in_executor, as_completed",
         found = "results in completion order; I/O beside CPU work" },
   },
   claims = {},
}

figures.D = {
   source = '"Python\'s concurrent.futures module" (note)',
   short = "the note",
   systems = {
      { id = "D1", construct = "four threads, one interpreter lock",
         found = "25 % of a core each, no speed-up" },
      { id = "D2", construct = "process executor", found = "speed-up; all data is copied" },
      { id = "D3", construct = "asyncio", found = "no second core, no speed-up" },
   },
   claims = {},
}

return figures
