"use strict";
// Tables whose rows can be put in order by any column. Without this the page lacks nothing else.
(function () {
  // Numbers by what data-v says; what has none comes last either way.
  function compare(index, way) {
    return function (a, b) {
      var x = a.cells[index], y = b.cells[index];
      var u = x.dataset.v, v = y.dataset.v;
      if (u !== undefined && v !== undefined) { return (u - v) * way; }
      if (u !== undefined || v !== undefined) { return u !== undefined ? -1 : 1; }
      return x.textContent.localeCompare(y.textContent) * way;
    };
  }

  function sort(table, head, way) {
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell) {
      cell.removeAttribute("aria-sort");
    });
    head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
    rows.sort(compare(head.cellIndex, way)).forEach(function (row) { table.tBodies[0].appendChild(row); });
  }

  function enable(table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head) {
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) { button.appendChild(head.firstChild); }
      button.addEventListener("click", function () {
        sort(table, head, head.getAttribute("aria-sort") === "ascending" ? -1 : 1);
      });
      head.appendChild(button);
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("table.sortable"), enable);
})();
