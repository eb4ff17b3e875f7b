// The charts over time have one axis: a part of it is shown in all of them at once, chosen by dragging, by buttons
// or by keys. Drawings come prepared by zoom.lua; without this they show the whole time.
(function () {
  var SVG = "http://www.w3.org/2000/svg", CLOSEST = 500, LEAST_PIXELS = 6;

  function list(found) { return Array.prototype.slice.call(found); }

  function numbers(text) { return text.split(" ").map(Number); }

  // What one drawing needs: its axis, and what stands on it.
  function chart_of(svg) {
    var axis = numbers(svg.dataset.zoom), plot = numbers(svg.dataset.plot);
    var chart = { svg: svg, first: axis[0], last: axis[1], divisor: axis[2], most: axis[3],
      left: plot[0], right: plot[1], top: plot[2], bottom: plot[3], unit: svg.dataset.unit,
      inner: svg.querySelector(".zoom"), ticks: list(svg.querySelectorAll(".tick")),
      grid: list(svg.querySelectorAll(".grid")), added: [] };
    chart.words = list(svg.querySelectorAll("g[transform] > text")).map(function (text) {
      var at = /translate\(([\d.-]+),([\d.-]+)\)/.exec(text.parentNode.getAttribute("transform"));
      return { element: text.parentNode, x: Number(at[1]), y: at[2] };
    }).filter(function (word) {
      return word.x > chart.left && word.x < chart.right && word.y > chart.top - 9 && word.y < chart.bottom;
    });
    return chart;
  }

  function x_of(chart, time) {
    return chart.left + (time - chart.first) / (chart.last - chart.first) * (chart.right - chart.left);
  }

  // 1, 2 or 5 times a power of ten, at least a `most`th of the span.
  function step_of(span, most) {
    var power = Math.pow(10, Math.floor(Math.log10(span / most)));
    return [1, 2, 5, 10].map(function (part) { return part * power; }).filter(function (step) {
      return step * most >= span * 0.999;
    })[0];
  }

  function digits_of(step) { return Math.max(0, -Math.floor(Math.log10(step) + 1e-9)); }

  function move(element, x) {
    element.setAttribute("transform", element.getAttribute("transform").replace(/\([\d.-]+/, "(" + x.toFixed(2)));
  }

  // Tick labels and grid lines at round times of the part that is shown: copies of those of the whole.
  function add_ticks(chart, from, to) {
    var a = from / chart.divisor, b = to / chart.divisor, step = step_of(b - a, Math.max(chart.most, 6));
    for (var n = Math.ceil(a / step - 1e-9); n * step <= b + step * 1e-9; n++) {
      var x = chart.left + (n * step - a) / (b - a) * (chart.right - chart.left);
      [chart.grid[0], chart.ticks[0]].forEach(function (model) {
        var copy = model.cloneNode(true), line = copy.matches("path") ? copy : copy.querySelector("path");
        line.setAttribute("d", line.getAttribute("d").replace(/[\d.]+,/g, x.toFixed(2) + ","));
        list(copy.querySelectorAll("g[transform]")).forEach(function (label) {
          move(label, x);
          label.querySelector("text").textContent = Number((n * step).toFixed(digits_of(step)));
        });
        copy.style.display = "";
        model.parentNode.insertBefore(copy, model);
        chart.added.push(copy);
      });
    }
  }

  function show_part(chart, from, to, is_whole) {
    var a = x_of(chart, from), b = x_of(chart, to), box = chart.inner.getAttribute("viewBox").split(" ");
    var scale = (chart.right - chart.left) / (b - a), edge = 1 / scale;
    if (is_whole) { a = chart.left; b = chart.right; scale = edge = 1; }
    box[0] = a - edge;
    box[2] = b - a + 2 * edge;
    chart.inner.setAttribute("viewBox", box.join(" "));
    chart.words.forEach(function (word) {
      var x = chart.left + (word.x - a) * scale;
      word.element.style.display = "";
      var half = word.element.querySelector("text").getComputedTextLength() / 2;
      move(word.element, x);
      if (!is_whole && (x - half < chart.left || x + half > chart.right)) { word.element.style.display = "none"; }
    });
    chart.added.forEach(function (one) { one.remove(); });
    chart.added = [];
    chart.ticks.concat(chart.grid).forEach(function (one) { one.style.display = is_whole ? "" : "none"; });
    if (!is_whole) { add_ticks(chart, from, to); }
  }

  // --- the part that is shown --------------------------------------------------------------------------------

  var charts = list(document.querySelectorAll("svg[data-zoom]")).map(chart_of).filter(function (chart) {
    return chart.inner && chart.ticks.length > 0 && chart.grid.length > 0;
  });
  if (charts.length === 0) { return; }
  var first = Math.min.apply(null, charts.map(function (chart) { return chart.first; }));
  var last = Math.max.apply(null, charts.map(function (chart) { return chart.last; }));
  var from = first, to = last, said, buttons = {};

  function is_whole() { return from <= first && to >= last; }

  function words() {
    var unit = charts[0].divisor, digits = digits_of((to - from) / unit / 100);
    return is_whole() ? "The whole time is shown." : "Shown: " + Number((from / unit).toFixed(digits)) + " to "
      + Number((to / unit).toFixed(digits)) + " " + charts[0].unit + ".";
  }

  function show(a, b) {
    var span = Math.max(Math.min(b - a, last - first), (last - first) / CLOSEST);
    from = Math.max(first, Math.min((a + b - span) / 2, last - span));
    to = from + span;
    charts.forEach(function (chart) {
      show_part(chart, from, is_whole() ? chart.last : to, is_whole());
    });
    ["Zoom out", "Earlier", "Later", "Whole time"].forEach(function (name) {
      buttons[name].disabled = is_whole();
    });
    said.textContent = words();
  }

  // Most contenders end long before the last one, so the first step shows the first half.
  function zoom_in() {
    if (is_whole()) { show(first, (first + last) / 2); } else { scale(0.5); }
  }

  function scale(factor) {
    var middle = (from + to) / 2, half = (to - from) / 2 * factor;
    show(middle - half, middle + half);
  }

  function shift(share) { show(from + (to - from) * share, to + (to - from) * share); }

  var ACTIONS = [
    ["Zoom in", ["+", "="], zoom_in], ["Zoom out", ["-"], function () { scale(2); }],
    ["Earlier", ["ArrowLeft"], function () { shift(-0.25); }],
    ["Later", ["ArrowRight"], function () { shift(0.25); }],
    ["Whole time", ["Escape", "0"], function () { show(first, last); }]
  ];

  function on_key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    ACTIONS.forEach(function (action) {
      var is_zoom = action[0] === "Zoom in" || !is_whole();
      if (action[1].indexOf(event.key) >= 0 && is_zoom) {
        event.preventDefault();
        action[2]();
      }
    });
  }

  function add_tools(group) {
    var tools = document.createElement("div");
    tools.className = "tools";
    tools.setAttribute("role", "group");
    tools.setAttribute("aria-label", "Part of the time that is shown");
    ACTIONS.forEach(function (action) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = action[0];
      button.title = "Key: " + action[1][0].replace("Arrow", "arrow ").toLowerCase();
      button.addEventListener("click", action[2]);
      tools.appendChild(button);
      buttons[action[0]] = button;
    });
    said = document.createElement("span");
    said.setAttribute("role", "status");
    tools.appendChild(said);
    tools.appendChild(document.createTextNode(" Drag across a chart to see a part of it."));
    group.insertBefore(tools, group.firstChild);
    group.addEventListener("keydown", on_key);
  }

  // --- dragging ----------------------------------------------------------------------------------------------

  function place(chart, event) {
    var point = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.svg.getScreenCTM().inverse());
    return { x: Math.max(chart.left, Math.min(point.x, chart.right)), is_inside: point.x > chart.left - 3
      && point.x < chart.right + 3 && point.y > chart.top - 9 && point.y < chart.bottom + 9 };
  }

  function drag(chart) {
    var mark, start;
    function end() {
      if (mark) { mark.remove(); }
      mark = null;
    }
    chart.svg.addEventListener("pointerdown", function (event) {
      var at = place(chart, event);
      if (event.button !== 0 || !at.is_inside) { return; }
      event.preventDefault();
      chart.svg.setPointerCapture(event.pointerId);
      start = at.x;
      mark = document.createElementNS(SVG, "rect");
      mark.setAttribute("class", "drag");
      mark.setAttribute("y", chart.top);
      mark.setAttribute("height", chart.bottom - chart.top);
      chart.svg.appendChild(mark);
    });
    chart.svg.addEventListener("pointermove", function (event) {
      if (!mark) { return; }
      var x = place(chart, event).x;
      mark.setAttribute("x", Math.min(start, x));
      mark.setAttribute("width", Math.abs(x - start));
    });
    chart.svg.addEventListener("pointerup", function (event) {
      if (!mark) { return; }
      var x = place(chart, event).x, begin = is_whole() ? chart.first : from;
      var per_pixel = ((is_whole() ? chart.last : to) - begin) / (chart.right - chart.left);
      if (Math.abs(x - start) > LEAST_PIXELS) {
        show(begin + (Math.min(start, x) - chart.left) * per_pixel,
          begin + (Math.max(start, x) - chart.left) * per_pixel);
      }
      end();
    });
    chart.svg.addEventListener("pointercancel", end);
  }

  add_tools(charts[0].svg.closest(".figures") || charts[0].svg.parentNode);
  charts.forEach(drag);
  show(first, last);
})();
