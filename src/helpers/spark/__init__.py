"""The tables of notebooks 01 to 05, computed on a Spark cluster by the same functions (`docs/spark.md`)."""
