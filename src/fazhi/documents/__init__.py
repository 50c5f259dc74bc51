"""Laying composed texts out: .docx by the measures of GB/T 9704-2012, HTML, PDF."""
