"""What the dashboard shows: a board that takes one event of a session log after the other, and views of it.

Pure but for the page's own files. What reads the logs and the store, and answers a browser, is in `proxy`.
Nothing is imported here: a proxy starts without what only the page's figures need.

    page          the document, and the headers of every answer
    board         sums that grow with the logs: `Board`
    conversation  one conversation and its blocks
    view          the overview and a conversation, as plain data
    sides         one block, side by side
    visible       texts in which nothing hides
"""
