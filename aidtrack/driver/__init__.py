"""The driver's phone: one page, made for one hand and bad light."""

from aidtrack.driver.views import bp

blueprints = (bp,)
