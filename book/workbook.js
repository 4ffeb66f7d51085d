// What the theme leaves out: blocks that scroll sideways can be reached by
// keyboard, and the button of the table of contents is one.
(() => {
    // A narrow screen scrolls a picture rather than make its text unreadable.
    for (const picture of document.querySelectorAll('.content svg.picture')) {
        const frame = document.createElement('div');
        frame.className = 'picture-frame';
        frame.tabIndex = 0;
        picture.replaceWith(frame);
        frame.append(picture);
    }
    for (const block of document.querySelectorAll('.content pre > code, .content table')) {
        block.tabIndex = 0;
    }
    const toggle = document.getElementById('mdbook-sidebar-toggle');
    if (toggle) {
        toggle.setAttribute('role', 'button');
        toggle.tabIndex = 0;
        toggle.addEventListener('keydown', (event) => {
            if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                toggle.click();
            }
        });
    }
})();
