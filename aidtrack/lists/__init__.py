"""Every list: search, filters, order, columns, saved views, exports, pages."""

from aidtrack.lists.views import bp

blueprints = (bp,)
